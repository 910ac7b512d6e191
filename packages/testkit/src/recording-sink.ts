import { createHash } from 'node:crypto';
import type { JsonValue } from '@sluice/core/adapter';
import {
  eventId,
  type AssemblyContext,
  type EncodedEvent,
  type MappedEvent,
  type Outcome,
  type Receipt,
  type Sink,
  type SinkHistory,
  type SinkLimits,
  type SinkRequest,
} from '@sluice/core/sink';
import { writeMappedEvent } from '@sluice/core/text';

/** One call of `send`. */
export interface RecordedSend {
  readonly events: readonly MappedEvent[];
  readonly attempt: number;
  readonly backfill: boolean;
}

export interface RecordingSinkOptions {
  readonly limits?: Partial<SinkLimits>;
  readonly history?: SinkHistory;
  /** The name in `identity()`; another name is another destination. */
  readonly destination?: string;
  /**
   * Answers a request. May wait, or throw what a sink may throw. `undefined` means that all events are accepted, which is
   * the default.
   */
  readonly answer?: (send: RecordedSend, sendNumber: number) => Promise<Receipt | undefined> | Receipt | undefined;
  /** Called by `open()`; may throw. */
  readonly onOpen?: () => Promise<void> | void;
}

/** A sink in memory that records its requests, for tests of the engine. */
export interface RecordingSink extends Sink {
  /** Every call of `send`, including failed ones, in the order of their start. */
  readonly sends: readonly RecordedSend[];
  /** Every accepted event, in the order of acceptance, including repeats. */
  readonly accepted: readonly MappedEvent[];
  /** The last accepted version of each event, by event id. */
  latest(): ReadonlyMap<string, MappedEvent>;
  /** The maximum number of requests in flight. */
  readonly mostInFlight: number;
}

const ACCEPTED: Outcome = { kind: 'accepted', assurance: 'event' };

export function recordingSink(options: RecordingSinkOptions = {}): RecordingSink {
  const destination = options.destination ?? 'memory';
  const sends: RecordedSend[] = [];
  const accepted: MappedEvent[] = [];
  let inFlight = 0;
  let mostInFlight = 0;
  const fromBackfill = new WeakSet<SinkRequest>();

  function assembled(events: readonly EncodedEvent[], context: AssemblyContext): SinkRequest {
    const request = { events };
    if (context.backfill) fromBackfill.add(request);
    return request;
  }

  return {
    sends,
    accepted,
    get mostInFlight() {
      return mostInFlight;
    },
    latest: () => new Map(accepted.map((event) => [eventId(event), event])),
    limits: {
      maxEventsPerRequest: 100,
      maxBytesPerRequest: 1_048_576,
      maxRequestsInFlight: 4,
      distinctWithinRequest: true,
      ...options.limits,
    },
    ...(options.history ? { history: options.history } : {}),
    identity: () => ({
      description: `recording sink ${destination}`,
      fingerprint: createHash('sha256').update(destination).digest('hex'),
    }),
    open: async () => options.onOpen?.(),
    check: async () => [{ name: 'memory', outcome: 'good', message: 'always there' }],
    encode: (event) => ({ kind: 'encoded', event: encoded(event) }),
    textWriter: writeMappedEvent,
    assemble: (events, context: AssemblyContext) => ({
      requests: events.length === 0 ? [] : [assembled(events, context)],
      rejected: [],
    }),
    describe: (request) => ({
      target: 'memory',
      headers: {},
      body: request.events.map(({ text }): JsonValue => JSON.parse(text)),
    }),
    send: async (request, { attempt, signal }) => {
      signal?.throwIfAborted();
      inFlight += 1;
      mostInFlight = Math.max(mostInFlight, inFlight);
      try {
        const events = request.events.map(decoded);
        const call: RecordedSend = { events, attempt, backfill: fromBackfill.has(request) };
        const number = sends.push(call);
        const receipt = (await options.answer?.(call, number)) ?? { outcomes: events.map(() => ACCEPTED) };
        for (const [index, outcome] of receipt.outcomes.entries()) {
          const event = events[index];
          if (event !== undefined && outcome?.kind === 'accepted') accepted.push(event);
        }
        return receipt;
      } finally {
        inFlight -= 1;
      }
    },
    close: async () => {},
  };
}

function encoded(event: MappedEvent): EncodedEvent {
  const text = JSON.stringify(event);
  return { id: eventId(event), uuid: event.uuid, text, bytes: Buffer.byteLength(text) };
}

/** What would be sent: the bytes, if the event has them. */
function decoded(event: EncodedEvent): MappedEvent {
  const { bytes, buffer, start = 0 } = event;
  return JSON.parse(buffer?.toString('utf8', start, start + bytes) ?? event.text);
}
