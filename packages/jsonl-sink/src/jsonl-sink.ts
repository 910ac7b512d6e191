import type { CallOptions, CheckResult, Identity, JsonValue } from '@sluice/core/adapter';
import {
  eventId,
  type Assembly,
  type EncodedEvent,
  type Encoding,
  type MappedEvent,
  type Outcome,
  type Receipt,
  type RequestDescription,
  type Sink,
  type SinkLimits,
  type SinkRequest,
} from '@sluice/core/sink';
import { writeMappedEvent, type EventText, type WriteEvent } from '@sluice/core/text';
import type { LineOutput } from './line-output.js';
import { linesOf } from './lines-of.js';

/** One request at a time: writes to one output are sequential anyway. */
const LIMITS: SinkLimits = {
  maxEventsPerRequest: 4_000,
  maxBytesPerRequest: 4 * 1_048_576,
  maxRequestsInFlight: 1,
  distinctWithinRequest: false,
};

const ACCEPTED: Outcome = { kind: 'accepted', assurance: 'request' };

/** Writes one line of JSON per event, as mapped. An event that is sent again becomes a second line. */
export class JsonlSink implements Sink {
  readonly limits = LIMITS;
  readonly writesToStdout: boolean;
  readonly #output: LineOutput;

  constructor(output: LineOutput) {
    this.#output = output;
    this.writesToStdout = output.name === 'stdout';
  }

  identity(): Identity {
    const { name } = this.#output;
    return { description: `JSON lines in ${name}`, fingerprint: `jsonl ${name}` };
  }

  async open(): Promise<void> {
    await this.#output.open();
  }

  async check(): Promise<readonly CheckResult[]> {
    return [await this.#output.check()];
  }

  encode(event: MappedEvent): Encoding {
    const text = JSON.stringify(event);
    const bytes = Buffer.byteLength(text);
    return { kind: 'encoded', event: { id: eventId(event), uuid: event.uuid, text, bytes } };
  }

  textWriter(event: EventText): WriteEvent | undefined {
    return writeMappedEvent(event);
  }

  assemble(events: readonly EncodedEvent[]): Assembly {
    return { requests: events.length === 0 ? [] : [{ events }], rejected: [] };
  }

  describe(request: SinkRequest): RequestDescription {
    const body = request.events.map(({ text }): JsonValue => JSON.parse(text));
    return { target: this.#output.name, headers: {}, body };
  }

  async send(request: SinkRequest, { signal }: CallOptions): Promise<Receipt> {
    signal?.throwIfAborted();
    await this.#output.write(linesOf(request.events));
    return { outcomes: request.events.map(() => ACCEPTED) };
  }

  async close(): Promise<void> {
    await this.#output.close();
  }
}
