import type { HeldRecord } from '../../contracts/held-record.js';
import type { Runtime } from '../../contracts/runtime.js';
import type { SharedStateWriter } from '../../contracts/state-store.js';
import type { Sink } from '../../contracts/sink.js';
import { TextOutput } from '../../contracts/text-output.js';
import { EventChunks } from './event-chunks.js';
import type { Instant } from '../../contracts/value.js';
import type { Pipeline, RunContext } from '../pipeline.js';
import type { SourceClock } from '../retry/source-clock.js';
import type { BatchLimits } from './batcher.js';
import { ByteCeiling } from './byte-ceiling.js';
import { DeadLetterGuard } from './dead-letter-guard.js';
import { EventsInFlight } from './events-in-flight.js';
import { HeldRecords } from './held-records.js';
import { SendGate } from './send-gate.js';

/** What delivery must know of the state. */
export interface DeliveryLedger {
  readonly leaseExpiresAt: Instant;
  /** Whether the destination has accepted an event of this pipeline, in this run or in an earlier one. */
  hasAccepted: boolean;
  /** Only what is held is read, once. */
  readonly state: { readonly held: readonly HeldRecord[] };
  /** Where several workers share the pace, the back-off and the ceiling. */
  readonly shared?:
    Pick<SharedStateWriter, 'pace' | 'backOff' | 'backOffMs' | 'ceilingBytes' | 'lowerCeiling'> | undefined;
}

/** What all batches of a run share. */
export interface DeliveryLine {
  readonly sink: Sink;
  /** The source's clock: how old an event is does not depend on this machine's. */
  readonly clock: Pick<SourceClock, 'now'>;
  readonly gate: SendGate;
  readonly guard: DeadLetterGuard;
  readonly limits: BatchLimits & { readonly maxInFlight: number };
  readonly ceiling: ByteCeiling;
  readonly eventsInFlight: EventsInFlight;
  /** Where events are written as text. */
  readonly output: TextOutput;
  /** The buffers of `output`. */
  readonly chunks: EventChunks;
  readonly ledger: DeliveryLedger;
  /** The records that are held, whichever window holds or releases them. */
  readonly held: HeldRecords;
}

/** What the deliveries of all windows of a run share. */
export interface DeliveryParts {
  readonly pipeline: Pipeline;
  readonly line: DeliveryLine;
  readonly context: RunContext;
  /** Ends the waiting; a request in flight is still finished. */
  readonly signal: AbortSignal;
}

/**
 * How many events a request has where neither the pipeline file nor the sink says. What is in flight is in memory, as rows, as text
 * and as bodies: larger requests would hardly be faster (a request costs less than a microsecond per event already), and
 * would make the process several times as large.
 */
const EVENTS_PER_REQUEST = 1000;

/** The sink's limits, lowered by the pipeline file's. */
export function batchLimits({
  delivery,
  sink,
}: Pick<Pipeline, 'delivery'> & { readonly sink: Pick<Sink, 'limits'> }): BatchLimits {
  const { limits } = sink;
  const wanted = delivery.maxEvents ?? limits.preferredEventsPerRequest ?? EVENTS_PER_REQUEST;
  return {
    maxEvents: Math.min(wanted, limits.maxEventsPerRequest),
    maxBytes: Math.min(delivery.maxBytes ?? Infinity, limits.maxBytesPerRequest),
    distinctUuids: limits.distinctWithinRequest,
  };
}

export function createDeliveryLine(
  pipeline: Pick<Pipeline, 'delivery' | 'sink'>,
  ledger: DeliveryLedger,
  clock: Pick<SourceClock, 'now'>,
  runtime: Runtime,
): DeliveryLine {
  const { delivery, sink } = pipeline;
  const limits = {
    ...batchLimits(pipeline),
    maxInFlight: Math.min(delivery.maxInFlight ?? Infinity, sink.limits.maxRequestsInFlight),
  };
  const chunks = new EventChunks();
  const { maxEventsPerSecond = Infinity } = delivery;
  const { shared } = ledger;
  const sharesPace = shared !== undefined && Number.isFinite(maxEventsPerSecond);
  return {
    sink,
    clock,
    ledger,
    held: new HeldRecords(ledger.state.held),
    limits,
    ceiling: new ByteCeiling(limits.maxBytes, shared),
    eventsInFlight: new EventsInFlight(),
    output: new TextOutput(() => chunks.next()),
    chunks,
    gate: new SendGate(runtime, {
      maxInFlight: limits.maxInFlight,
      maxEventsPerSecond,
      pace: sharesPace ? (events) => shared.pace(events, maxEventsPerSecond) : undefined,
      shared,
    }),
    guard: new DeadLetterGuard(delivery.maxDeadLetterShare),
  };
}
