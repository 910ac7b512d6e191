import { TransientError, UnexpectedAnswerError } from '@sluice/core/adapter';
import {
  eventId,
  type EncodedEvent,
  type MappedEvent,
  type Receipt,
  type Sink,
  type SinkRequest,
} from '@sluice/core/sink';
import type { Destination } from './destination.js';
import type { Oracle } from './oracle.js';
import type { WorkerRecord } from './worker-record.js';
import type { Scenario } from './scenario.js';
import type { SimulatedClock } from './simulated-clock.js';
import type { SimulatedProcess } from './simulated-process.js';

/** The documented limit of the engine: an older batch is read again. */
const STALE_AFTER_MS = 5 * 60_000;

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

  async function send(request: SinkRequest): Promise<Receipt> {
    return process.step('send', async (fault) => {
      const events = request.events.map(decoded);
      const bytes = request.events.reduce((sum, event) => sum + event.bytes, 0);
      check(request.events);
      for (const { id } of request.events) inFlight.add(id);
      try {
        if (fault !== undefined && WEATHER.has(fault)) destination.turn(fault);
        if (fault === 'lost-request') {
          await clock.sleep(10_000);
          throw new TransientError('the request timed out');
        }
        await clock.sleep(20 + random() * 2000);
        const receipt = destination.receive(events, bytes, fault);
        await clock.sleep(destination.isSlow ? 30_000 + random() * 60_000 : 20 + random() * 1000);
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
      maxBytesPerRequest: 3000,
      maxRequestsInFlight: scenario.maxInFlight,
      distinctWithinRequest: scenario.distinctWithinRequest,
    },
    identity: () => ({ description: 'the simulated destination', fingerprint: 'destination' }),
    open: () => process.step('sink-open', async () => clock.sleep(100)),
    check: async () => [],
    encode: (event) => {
      if (event['kind'] !== 'unencodable') return { kind: 'encoded', event: encoded(event) };
      oracle.covered('unencodable');
      record.rejectedUnsent();
      return { kind: 'rejected', reason: 'unencodable', detail: 'no' };
    },
    assemble: (events) => {
      for (const event of events) {
        if (!firstAssembledMs.has(event)) firstAssembledMs.set(event, clock.nowMs);
      }
      return { requests: events.length === 0 ? [] : [{ events }], rejected: [] };
    },
    describe: () => ({ target: 'simulated', headers: {}, body: [] }),
    send,
    close: async () => {},
  };
}

/** Faults that last for a while, for every request. */
const WEATHER: ReadonlySet<string> = new Set(['unavailable', 'throttled', 'slow', 'refused', 'mass-rejection']);

function encoded(event: MappedEvent): EncodedEvent {
  const text = JSON.stringify(event);
  return { id: eventId(event), uuid: event.uuid, text, bytes: text.length };
}

function decoded({ text }: EncodedEvent): MappedEvent {
  const event: MappedEvent = JSON.parse(text);
  return event;
}
