import { TransientError, UnexpectedAnswerError, type CallOptions } from '@sluice/core/adapter';
import {
  eventId,
  type EncodedEvent,
  type MappedEvent,
  type Outcome,
  type Receipt,
  type Sink,
  type SinkRequest,
} from '@sluice/core/sink';
import type { SharedStateWriter, StateWriter } from '@sluice/core/state';
import { writeMappedEvent } from '@sluice/core/text';
import { GateOracle, type GateLimits } from './gate-oracle.js';
import type { Destination } from './destination.js';
import type { Oracle } from './oracle.js';
import type { WorkerRecord } from './worker-record.js';
import type { Scenario } from './scenario.js';
import type { SimulatedClock } from './simulated-clock.js';
import type { SimulatedProcess } from './simulated-process.js';

/** The documented limit of the engine: an older batch is read again. */
const STALE_AFTER_MS = 5 * 60_000;

const TOO_OLD = { kind: 'rejected', reason: 'too-old', detail: 'no' } as const;

/** Of a request, by the sink. */
const MAX_BYTES = 3000;

export interface SimulatedSinkParts {
  readonly process: SimulatedProcess;
  readonly clock: SimulatedClock;
  readonly random: () => number;
  readonly destination: Destination;
  readonly oracle: Oracle;
  readonly record: WorkerRecord;
}

/** A worker's connection to the destination, over a network that loses requests and answers. */
export function simulatedSink(scenario: Scenario, parts: SimulatedSinkParts): Sink {
  const { process, clock, random, destination, oracle, record } = parts;
  const firstAssembledMs = new WeakMap<EncodedEvent, number>();
  const inFlight = new Set<string>();
  const gate = new GateOracle(gateLimits(scenario), clock, (message) => oracle.fail(message));

  function check(events: readonly EncodedEvent[]): void {
    const { writer } = process;
    if (writer && clock.nowMs >= writer.leaseExpiresAt) oracle.fail('a request was sent after the lease had expired');
    for (const event of events) {
      if (inFlight.has(event.id)) oracle.fail(`two requests with the event ${event.id} are in flight at once`);
      if (clock.nowMs - (firstAssembledMs.get(event) ?? clock.nowMs) > STALE_AFTER_MS) {
        oracle.fail(`an event of a batch that is older than five minutes was sent: ${event.text}`);
      }
    }
    const ids = new Set(events.map(({ id, uuid }) => (scenario.distinctWithinRequest ? uuid : id)));
    if (ids.size !== events.length) oracle.fail('a request contains an event twice');
  }

  function sendsAsShared(events: number): void {
    const { writer } = process;
    if (!scenario.isShared || writer === undefined || !isShared(writer)) return;
    oracle.workers.begins(writer.worker, clock.nowMs);
    if (scenario.maxEventsPerSecond !== undefined) oracle.workers.sends(writer.worker, events, clock.nowMs);
  }

  /** What a process has sent before it froze or died cannot be cut any more. */
  function checkArrival(): void {
    const { writer, isFrozen, isDead } = process;
    if (!isFrozen && !isDead && writer && clock.nowMs > writer.leaseExpiresAt + 1) {
      oracle.fail('a request that was on its way when the lease expired was not cut');
    }
  }

  async function send(request: SinkRequest, { signal }: CallOptions): Promise<Receipt> {
    // Without its answer, a dead process waits for ever.
    if (process.isDead) return new Promise<never>(() => undefined);
    const begunMs = clock.nowMs;
    record.requests += 1;
    oracle.sending(record);
    gate.begins(request.events.length, bytesOf(request));
    sendsAsShared(request.events.length);
    try {
      const receipt = await exchange(request, signal);
      const isTaken = request.events.every((_, index) => isFinal(receipt.outcomes[index]));
      gate.ends(begunMs, isTaken ? 'taken' : 'again', receipt.retryAfterMs);
      return receipt;
    } catch (error) {
      const isAgain = error instanceof TransientError || error instanceof UnexpectedAnswerError;
      gate.ends(begunMs, isAgain ? 'again' : 'other', error instanceof TransientError ? error.retryAfterMs : 0);
      throw error;
    }
  }

  async function exchange(request: SinkRequest, signal: AbortSignal | undefined): Promise<Receipt> {
    return process.step('send', async (fault) => {
      const events = request.events.map(decoded);
      const bytes = bytesOf(request);
      check(request.events);
      for (const { id } of request.events) inFlight.add(id);
      try {
        if (fault !== undefined && WEATHER.has(fault)) destination.turn(fault);
        if (fault === 'lost-request') {
          await clock.sleep(10_000, signal);
          throw new TransientError('the request timed out');
        }
        await clock.sleep(20 + random() * 2000, signal);
        checkArrival();
        const receipt = destination.receive(events, bytes, fault);
        await clock.sleep(destination.isSlow ? 30_000 + random() * 60_000 : 20 + random() * 1000, signal);
        if (fault === 'lost-answer') throw new TransientError('connection reset');
        if (fault === 'unexpected') throw new UnexpectedAnswerError('a page of HTML');
        record.answered(events, receipt);
        return receipt;
      } finally {
        for (const { id } of request.events) inFlight.delete(id);
      }
    });
  }

  return {
    limits: {
      maxEventsPerRequest: scenario.maxEvents,
      maxBytesPerRequest: MAX_BYTES,
      maxRequestsInFlight: scenario.sinkMaxInFlight,
      distinctWithinRequest: scenario.distinctWithinRequest,
    },
    identity: () => ({ description: 'the simulated destination', fingerprint: record.identity.sink }),
    open: () => process.step('sink-open', async () => clock.sleep(100)),
    check: async () => [],
    encode: (event) => {
      if (event['kind'] !== 'unencodable') return { kind: 'encoded', event: encoded(event) };
      oracle.covered('unencodable');
      return { kind: 'rejected', reason: 'unencodable', detail: 'no' };
    },
    textWriter: writeMappedEvent,
    assemble: (events) => {
      for (const event of events) {
        if (!firstAssembledMs.has(event)) firstAssembledMs.set(event, clock.nowMs);
      }
      const rejected = events.filter((event) => decoded(event)['kind'] === 'unassembled');
      for (const _ of rejected) {
        oracle.covered('unassembled');
        record.rejectedUnsent();
      }
      const others = events.filter((event) => !rejected.includes(event));
      const isFirst = (event: EncodedEvent) => !scenario.dividesRequests || event.uuid.at(-1) !== '0';
      const divided = [others.filter(isFirst), others.filter((event) => !isFirst(event))];
      return {
        requests: divided.filter((part) => part.length > 0).map((part) => ({ events: part })),
        rejected: rejected.map((event) => ({ event, rejection: TOO_OLD })),
      };
    },
    describe: () => ({ target: 'simulated', headers: {}, body: [] }),
    send,
    close: async () => {},
  };
}

/** Faults that last for a while, for every request. */
const WEATHER: ReadonlySet<string> = new Set(['unavailable', 'throttled', 'slow', 'refused', 'mass-rejection']);

function isShared(writer: StateWriter): writer is SharedStateWriter {
  return 'worker' in writer;
}

/** What the pipeline file allows of what the sink can. Where workers share a pace, another check watches it. */
function gateLimits(scenario: Scenario): GateLimits {
  const { maxEvents, maxBytes, maxInFlight, sinkMaxInFlight, isShared: hasSharedPace } = scenario;
  const maxEventsPerSecond = hasSharedPace ? undefined : scenario.maxEventsPerSecond;
  return {
    maxEventsPerRequest: maxEvents,
    maxBytesPerRequest: Math.min(maxBytes ?? MAX_BYTES, MAX_BYTES),
    maxRequestsInFlight: Math.min(maxInFlight ?? sinkMaxInFlight, sinkMaxInFlight),
    maxEventsPerSecond: maxEventsPerSecond ?? Number.POSITIVE_INFINITY,
  };
}

function isFinal(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && outcome.kind !== 'retry';
}

function bytesOf({ events }: SinkRequest): number {
  return events.reduce((sum, { bytes }) => sum + bytes, 0);
}

function encoded(event: MappedEvent): EncodedEvent {
  const text = JSON.stringify(event);
  return { id: eventId(event), uuid: event.uuid, text, bytes: text.length };
}

function decoded({ text }: EncodedEvent): MappedEvent {
  const event: MappedEvent = JSON.parse(text);
  return event;
}
