import type { Observer } from '../../contracts/observation.js';
import { streamNames } from '../../contracts/mapper.js';
import type { Runtime } from '../../contracts/runtime.js';
import { StateMovedError } from '../../contracts/errors.js';
import type { Binding } from '../../contracts/pipeline-state.js';
import type { Instant } from '../../contracts/value.js';
import { createDeliveryLine } from '../delivery/delivery-line.js';
import { bindingOf } from '../../state/assert-allowed.js';
import type { EngineContext, Pipeline, RunContext } from '../pipeline.js';
import { FailureLimit } from '../retry/failure-limit.js';
import { openSink } from '../retry/retry.js';
import { retryingSource } from '../retry/retrying-source.js';
import { SourceClock } from '../retry/source-clock.js';
import { announceNewState, goneError } from './begin-state.js';
import { bindingToCommit } from './bind-state.js';
import { keepLease, type KeptLease } from './kept-lease.js';
import { LedgerWriter } from './ledger-writer.js';
import { ProgressTally, type RunProgress } from './progress-tally.js';
import type { Run } from './run.js';
import { endAfter, endObservation, recordEnd, reportOthers, type RunEnd } from './run-end.js';
import { assertHoldable } from './send-held.js';
import { RunRecorder, type RunReport } from './run-report.js';

/** How a run is stopped, watched and named. */
export interface RunOptions {
  /** Asks the run to finish what is in flight, save the cursor and end. */
  readonly signal: AbortSignal;
  /** Whether to retry without limit, for a process that stays up. Default: a run that makes no progress gives up. */
  readonly staysUp?: boolean;
  /** Whether an earlier run of this process used the state: one that is empty now was removed, and is not begun anew. */
  readonly hadState?: boolean;
  /** Called often; never awaited. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Watches the run. */
  readonly observe?: Observer;
  /** What the run's log lines and report carry. Default: a new one. */
  readonly runId?: string;
}

/** How a run ended, and what it did. */
export interface RunResult extends Omit<RunEnd, 'bug'> {
  readonly report: RunReport;
}

interface LeaseOptions extends RunOptions {
  /** Whether several workers may do it at the same time. Default: it needs the whole pipeline. */
  readonly shares?: boolean;
  /** Whether it only helps the run of another process, which says how it ended. */
  readonly joins?: boolean;
}

/** What is done while the lease is held. */
export type RunWork = (run: Run, binding: Binding, recorder: RunRecorder) => Promise<void>;

/**
 * Takes the lease, opens source and sink, checks that the state belongs to the pipeline, and does the work. Records in the
 * state how it ended. Always closes source, sink and state. Throws only for a bug.
 */
export async function withLease(
  pipeline: Pipeline,
  outer: EngineContext,
  options: LeaseOptions,
  work: RunWork,
): Promise<RunResult> {
  const { runtime } = outer;
  const { observe = () => undefined, runId = newRunId(runtime) } = options;
  const recorder = new RunRecorder(runId, pipeline.name, streamNames(pipeline.mapper), runtime);
  const logger = outer.logger.child({ pipeline: pipeline.name, run: runId });
  const failureLimit = new FailureLimit(options.staysUp === true ? undefined : pipeline.delivery.giveUpAfterMs, {
    runtime,
    logger,
  });
  const context: RunContext = {
    runtime,
    logger,
    observe: (observation) => {
      recorder.observe(observation);
      failureLimit.observe(observation);
      observe(observation);
    },
  };
  let lease: KeptLease | undefined;
  let end: RunEnd = { outcome: 'done' };
  context.observe({ kind: 'run-started', runId });
  try {
    lease = await keepLease(pipeline.state, pipeline.name, context, {
      shares: options.shares === true,
      ...(options.staysUp === true && { patience: options.signal }),
    });
    const signal = AbortSignal.any([options.signal, lease.lost, failureLimit.gaveUp]);
    await openAndWork(pipeline, lease, recorder, context, { ...options, signal }, work);
  } catch (error) {
    end = endAfter(error, options.signal);
  }
  const closings = await Promise.allSettled([pipeline.source.close(), pipeline.sink.close()]);
  const joins = options.joins === true;
  if (lease) await recordEnd(lease, end, context, { joins });
  if (lease && !joins) await reportOthers(lease, context);
  await lease?.release();
  context.observe(endObservation(end, recorder.durationMs, { joins }));
  // Thrown last, so that the lease is released whatever an adapter does when it closes.
  const { bug, ...ended } = end;
  if (bug) throw bug.error;
  for (const closing of closings) if (closing.status === 'rejected') throw closing.reason;
  return { report: recorder.report(), ...ended };
}

async function openAndWork(
  pipeline: Pipeline,
  { writer, found }: KeptLease,
  recorder: RunRecorder,
  context: RunContext,
  options: RunOptions,
  work: RunWork,
): Promise<void> {
  const { staysUp = false, onProgress } = options;
  const attempts = staysUp ? Number.POSITIVE_INFINITY : undefined;
  assertHoldable(pipeline);
  const clock = new SourceClock(context.runtime);
  const retried = { ...pipeline, source: clock.watch(retryingSource(pipeline.source, context, attempts)) };
  await retried.source.open({ signal: options.signal });

  const state = await writer.read();
  if (options.hadState === true && state.revision === 0) throw goneError(pipeline);
  const ledger = new LedgerWriter(pipeline, { writer, found, state }, recorder, context);
  const signal = AbortSignal.any([options.signal, ledger.pausedElsewhere]);
  const binding = await bind(retried, ledger, context, signal);
  ledger.observeFollowed();

  await openSink(pipeline.sink, signal, context, attempts);
  const line = createDeliveryLine(pipeline, ledger, clock, context.runtime);
  const progress = new ProgressTally(onProgress);
  await work({ pipeline: retried, context, ledger, line, signal, progress }, binding, recorder);
}

/** Checks that the state belongs to this pipeline, and fixes the handover before the first read. */
async function bind(
  pipeline: Pipeline,
  ledger: LedgerWriter,
  context: RunContext,
  signal: AbortSignal,
): Promise<Binding> {
  const now = await pipeline.source.now({ signal });
  context.observe({ kind: 'source-time', now });
  warnOfClock(now, context);
  if (ledger.state.binding === undefined) await announceNewState(pipeline, context);
  for (let waitMs = 0; ; waitMs = BIND_AGAIN_MS) {
    const toCommit = bindingToCommit(pipeline, ledger.state, now);
    if (toCommit === undefined) return bindingOf(ledger.state);
    try {
      await ledger.bind(toCommit);
    } catch (error) {
      if (!(error instanceof StateMovedError)) throw error;
      // Another worker has bound it, or still works under a binding that is to be replaced.
      if (waitMs > 0) await context.runtime.sleep(waitMs, signal);
      await ledger.refresh();
    }
  }
}

const BIND_AGAIN_MS = 1000;

/** A smaller difference is nobody's concern: the source's clock decides everything. */
const CLOCK_TOLERANCE_MS = 3_600_000;

function warnOfClock(now: Instant, { runtime, logger }: RunContext): void {
  const aheadMs = now - runtime.now();
  if (Math.abs(aheadMs) <= CLOCK_TOLERANCE_MS) return;
  logger.warn(
    { aheadSeconds: Math.round(aheadMs / 1000) },
    'the clocks of the source and of this machine differ; the run uses the clock of the source',
  );
}

/** An id for the log lines of one run: eight hexadecimal digits. */
export function newRunId({ random }: Pick<Runtime, 'random'>): string {
  return Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}
