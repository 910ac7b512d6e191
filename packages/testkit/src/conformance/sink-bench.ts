import {
  eventId,
  type AssemblyContext,
  type EncodedEvent,
  type MappedEvent,
  type Outcome,
  type Sink,
} from '@sluice/core/sink';
import { TextOutput } from '@sluice/core/text';
import { eventText } from '../event-text.js';
import { mustHold } from './rule.js';

/** Enough for any limit of an adapter's own making, and quick to encode. */
const MOST_EVENTS = 5000;

/**
 * How the double of the destination misbehaves, each from the moment on that a test asks for it. The double is a server or
 * an interceptor (nock); it looks at what was asked before it answers a request.
 */
export interface DestinationFaults {
  /** Takes every request, calls `reached` for it, and never answers. */
  hang(reached: () => void): void;
  /** Refuses every request, those of `open` and `check` too, and quotes it in the answer with its headers. */
  fail(): void;
  /** Ends `fail`. Optional: without it, the suite cannot see that the sink sends what failed again. */
  recover?(): void;
  /**
   * Refuses the event with this uuid for good and accepts the others of its request. Required if the destination answers
   * for each event; leave it out if it answers only for a request as a whole.
   */
  refuse?(uuid: string): void;
  /** Loses the event with this uuid: its answer mentions the others of the request, and not this one. As `refuse`. */
  forget?(uuid: string): void;
}

/** A sink with its own destination, created for every test. */
export interface SinkUnderTest {
  readonly sink: Sink;
  /** Events that the destination accepts, with different uuids. */
  events(count: number): readonly MappedEvent[];
  /** The uuids of the events at the destination, in any order, with or without repeats. */
  receivedUuids(): Promise<readonly string[]>;
  /** What no message may contain: keys, tokens, passwords. Required; empty for a sink without any. */
  readonly secrets?: readonly string[];
  /** Required; `local` for a destination that is neither a server nor refuses anything: a file, or the process itself. */
  readonly destination?: DestinationFaults | 'local';
  /** Stops the destination. The sink is still there, and then has nothing to connect to. */
  dispose(): Promise<void>;
}

export interface DescribeSinkOptions {
  readonly name: string;
  /** Creates the sink without opening it. */
  create(): Promise<SinkUnderTest>;
  /** When requests are assembled. Default: 2026-01-15T12:00:00Z. */
  readonly now?: number;
}

/** What became of an event: an outcome, or the error of its request. */
export type SentOutcome = Outcome | undefined | { readonly kind: 'failed'; readonly error: unknown };

/** Of the events of some requests, by uuid. */
type Outcomes = ReadonlyMap<string, SentOutcome>;

/** A sink under test with what every test needs. */
export class SinkBench {
  readonly subject: SinkUnderTest;
  readonly sink: Sink;
  readonly context: AssemblyContext;
  #isDisposed = false;

  constructor(subject: SinkUnderTest, { now = Date.UTC(2026, 0, 15, 12) }: DescribeSinkOptions) {
    this.subject = subject;
    this.sink = subject.sink;
    this.context = { now, backfill: false, pipeline: 'test', stream: 'note' };
  }

  get faults(): DestinationFaults | undefined {
    const { destination } = this.subject;
    return destination === 'local' ? undefined : destination;
  }

  encoded(count: number): readonly EncodedEvent[] {
    return this.encodedFrom(this.subject.events(count));
  }

  /** As many events as the engine may give to `assemble` at once, up to some thousands. */
  fullBatch(): readonly EncodedEvent[] {
    const { maxEventsPerRequest, maxBytesPerRequest } = this.sink.limits;
    let bytes = 0;
    return this.encoded(Math.min(Math.max(maxEventsPerRequest, 7), MOST_EVENTS)).filter(
      (event) => (bytes += event.bytes) <= maxBytesPerRequest,
    );
  }

  encodedFrom(events: readonly MappedEvent[]): readonly EncodedEvent[] {
    return events.map((event) => {
      const encoding = this.sink.encode(event);
      if (encoding.kind === 'rejected') throw new Error(encoding.detail);
      return encoding.event;
    });
  }

  /** The events as its text writer writes them, if it has one; undefined for an event that it declines. */
  written(events: readonly MappedEvent[]): readonly (EncodedEvent | undefined)[] {
    const { event: text, page } = eventText(events);
    const write = this.sink.textWriter?.(text);
    const output = new TextOutput();
    return events.map((event, record) => {
      output.begin();
      const time = write?.(page, record, output);
      if (write === undefined || output.isDeclined) {
        output.discard();
        return undefined;
      }
      const { bytes, start, length, uuidStart } = output;
      return {
        id: eventId(event),
        uuid: bytes.toString('utf8', uuidStart, uuidStart + 36),
        text: bytes.toString('utf8', start, length),
        bytes: length - start,
        time,
        buffer: bytes,
        start,
      };
    });
  }

  async send(events: readonly EncodedEvent[]): Promise<readonly (Outcome | undefined)[]> {
    const { requests } = this.sink.assemble(events, this.context);
    const receipts = await Promise.all(requests.map((request) => this.sink.send(request, { attempt: 1 })));
    return receipts.flatMap(({ outcomes }) => outcomes);
  }

  /** As `send`, by uuid and without throwing. */
  async outcomesOf(events: readonly EncodedEvent[]): Promise<Outcomes> {
    const outcomes = new Map<string, SentOutcome>();
    for (const request of this.sink.assemble(events, this.context).requests) {
      const receipt = await this.sink.send(request, { attempt: 1 }).catch((error: unknown) => ({ error }));
      for (const [index, { uuid }] of request.events.entries()) {
        outcomes.set(uuid, 'error' in receipt ? { kind: 'failed', error: receipt.error } : receipt.outcomes[index]);
      }
    }
    return outcomes;
  }

  /** Fails unless the destination has these events, which the sink has accepted. */
  async mustHaveArrived(events: readonly MappedEvent[]): Promise<void> {
    const received = await this.subject.receivedUuids();
    mustHold(
      received.length > 0,
      'the sink has accepted events, and the test finds no id of an event in the requests that came',
      'read the ids in the test where `encode` writes them (`idsIn` in a package of `sluice new`); if no request came, send one',
    );
    const missing = events.filter(({ uuid }) => !received.includes(uuid));
    mustHold(
      missing.length === 0,
      `every event that the sink accepts must be at the destination; missing: ${missing.length} of ${events.length}`,
      'send all events of the request, and accept only those that the destination confirms',
    );
  }

  /** Stops the destination once, in a test or after it. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await this.subject.dispose();
  }
}

/** The event with letters that take several bytes; a sink may reject it. */
export function inOtherLetters(event: MappedEvent): MappedEvent {
  const properties = { ...Object(event['properties']), note: 'Grüße aus 東京' };
  return { ...event, event: `${event.event} – fertig`, properties };
}
