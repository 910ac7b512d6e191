import { ByteCeiling, type BatchLimits } from '../delivery/batcher.js';
import { DeadLetterGuard } from '../delivery/dead-letter-guard.js';
import { EventsInFlight } from '../delivery/events-in-flight.js';
import type { LedgerWriter } from './ledger-writer.js';
import type { Pipeline, RunContext } from '../pipeline.js';
import type { RunProgress, RunRecorder } from './run-report.js';
import { SendGate } from '../delivery/send-gate.js';

/** What the windows of one run share. */
export interface RunSession {
  readonly pipeline: Pipeline;
  readonly context: RunContext;
  readonly ledger: LedgerWriter;
  readonly gate: SendGate;
  readonly guard: DeadLetterGuard;
  readonly recorder: RunRecorder;
  readonly limits: BatchLimits & { readonly maxInFlight: number };
  readonly ceiling: ByteCeiling;
  readonly eventsInFlight: EventsInFlight;
  /** Asks the run to finish what is in flight, save the cursor and end. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
}

/**
 * How many events a request holds where the pipeline file does not say. What is on its way is in memory, as rows, as text
 * and as bodies: larger requests would hardly be faster (a request costs less than a microsecond per event already), and
 * the process several times as large.
 */
const EVENTS_PER_REQUEST = 1000;

/** The sink's limits, lowered by the pipeline file's. */
export function batchLimits({ delivery, sink }: Pick<Pipeline, 'delivery' | 'sink'>): BatchLimits {
  return {
    maxEvents: Math.min(delivery.maxEvents ?? EVENTS_PER_REQUEST, sink.limits.maxEventsPerRequest),
    maxBytes: Math.min(delivery.maxBytes ?? Infinity, sink.limits.maxBytesPerRequest),
    distinctUuids: sink.limits.distinctWithinRequest,
  };
}

export function createRunSession(
  parts: Pick<RunSession, 'pipeline' | 'context' | 'ledger' | 'recorder' | 'signal' | 'onProgress'>,
): RunSession {
  const { delivery, sink } = parts.pipeline;
  const limits = {
    ...batchLimits(parts.pipeline),
    maxInFlight: Math.min(delivery.maxInFlight ?? Infinity, sink.limits.maxRequestsInFlight),
  };
  return {
    ...parts,
    limits,
    ceiling: new ByteCeiling(limits.maxBytes),
    eventsInFlight: new EventsInFlight(),
    gate: new SendGate(parts.context.runtime, {
      maxInFlight: limits.maxInFlight,
      maxEventsPerSecond: delivery.maxEventsPerSecond ?? Infinity,
    }),
    guard: new DeadLetterGuard(delivery.maxDeadLetterShare),
  };
}
