import { RefusedError, TransientError } from '@sluice/core/adapter';
import {
  eventId,
  type EncodedEvent,
  type MappedEvent,
  type Outcome,
  type Receipt,
  type Sink,
  type SinkRequest,
} from '@sluice/core/sink';
import { someEvents, type DescribeSinkOptions, type SinkUnderTest } from '@sluice/testkit';

const KEY = 'a-key-of-its-own';

/** What the destination answers: the ids that it took and those that it refused for good, or a refusal with what was sent. */
interface Answer {
  readonly taken: readonly string[];
  readonly refused: readonly string[];
  readonly error?: string;
}

/** A server with results per event, in memory. */
class Destination {
  readonly received: MappedEvent[] = [];
  reached: (() => void) | undefined;
  isFailing = false;
  isGone = false;
  readonly refused = new Set<string>();
  readonly forgotten = new Set<string>();

  async post(key: string, events: readonly MappedEvent[], signal?: AbortSignal): Promise<Answer> {
    if (this.isGone) throw new Error('connection refused');
    if (this.isFailing) return { taken: [], refused: [], error: `unknown key ${key}` };
    const { reached } = this;
    if (reached !== undefined) {
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
        reached();
      });
    }
    const known = events.filter(({ uuid }) => !this.forgotten.has(uuid));
    const taken = known.filter(({ uuid }) => !this.refused.has(uuid));
    this.received.push(...taken);
    return {
      taken: taken.map(({ uuid }) => uuid),
      refused: known.flatMap(({ uuid }) => (this.refused.has(uuid) ? [uuid] : [])),
    };
  }
}

/** A correct sink, from which each planted bug overrides a step. */
export class MemorySink implements Sink {
  readonly limits = {
    maxEventsPerRequest: 100,
    maxBytesPerRequest: 1_000_000,
    maxRequestsInFlight: 2,
    distinctWithinRequest: false,
  };
  protected readonly key = KEY;
  protected readonly destination: Destination;

  constructor(destination: Destination) {
    this.destination = destination;
  }

  identity() {
    return { description: 'memory', fingerprint: 'memory' };
  }

  async open(): Promise<void> {
    const [finding] = await this.check();
    if (finding?.outcome === 'bad') throw new RefusedError('credentials', finding.message);
  }

  async check(): ReturnType<Sink['check']> {
    try {
      const { error } = await this.ask([]);
      if (error === undefined) return [{ name: 'key', outcome: 'good', message: 'the key is known' }];
    } catch {
      return [{ name: 'key', outcome: 'bad', message: 'the destination does not answer', fix: 'start it' }];
    }
    return [{ name: 'key', outcome: 'bad', message: 'the key is refused', fix: 'set the key' }];
  }

  encode(event: MappedEvent): ReturnType<Sink['encode']> {
    const text = JSON.stringify(event);
    return { kind: 'encoded', event: { id: eventId(event), uuid: event.uuid, text, bytes: Buffer.byteLength(text) } };
  }

  assemble(events: readonly EncodedEvent[]) {
    return { requests: events.length === 0 ? [] : [{ events }], rejected: [] };
  }

  describe({ events }: SinkRequest) {
    return { target: 'memory', headers: {}, body: events.map(({ text }) => JSON.parse(text)) };
  }

  async send({ events }: SinkRequest, { signal }: { readonly signal?: AbortSignal }): Promise<Receipt> {
    signal?.throwIfAborted();
    const answer = await this.ask(events, signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw new TransientError('the destination does not answer', { cause: error });
    });
    if (answer.error !== undefined) throw this.refusal(answer.error);
    return { outcomes: events.map(({ uuid }) => this.outcome(uuid, answer)) };
  }

  async close(): Promise<void> {}

  protected ask(events: readonly EncodedEvent[], signal?: AbortSignal): Promise<Answer> {
    const bodies = events.map(({ text }): MappedEvent => JSON.parse(text));
    return this.destination.post(this.key, bodies, signal);
  }

  protected refusal(_answer: string): Error {
    return new RefusedError('credentials', 'the destination refuses the key');
  }

  protected outcome(uuid: string, { taken, refused }: Answer): Outcome | undefined {
    if (taken.includes(uuid)) return { kind: 'accepted', assurance: 'event' };
    return refused.includes(uuid) ? { kind: 'rejected', reason: 'refused', detail: 'refused' } : undefined;
  }
}

/** The options of the suite for a sink, correct or not. */
export function memorySinkOptions(
  name: string,
  sinkFor: (destination: Destination) => Sink = (destination) => new MemorySink(destination),
  overrides: Partial<SinkUnderTest> = {},
): DescribeSinkOptions {
  return {
    name,
    create: async () => {
      const destination = new Destination();
      return {
        sink: sinkFor(destination),
        events: someEvents,
        receivedUuids: async () => destination.received.map(({ uuid }) => uuid),
        secrets: [KEY],
        destination: {
          hang: (reached) => (destination.reached = reached),
          fail: () => (destination.isFailing = true),
          recover: () => (destination.isFailing = false),
          refuse: (uuid) => destination.refused.add(uuid),
          forget: (uuid) => destination.forgotten.add(uuid),
        },
        dispose: async () => {
          destination.isGone = true;
        },
        ...overrides,
      };
    },
  };
}
