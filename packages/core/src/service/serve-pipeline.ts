import { SluiceError } from '../contracts/errors.js';
import type { Logger } from '../contracts/logger.js';
import { streamNames } from '../contracts/mapper.js';
import type { Observer } from '../contracts/observation.js';
import type { Scheduler } from '../contracts/scheduler.js';
import type { PipelineState, StateReader } from '../contracts/state-store.js';
import type { Instant } from '../contracts/value.js';
import type { PipelineConfig } from '../config/pipeline-config.js';
import { followedUntil } from '../engine/run/followed-until.js';
import type { EngineContext, Pipeline } from '../engine/pipeline.js';
import { newRunId } from '../engine/run/run-id.js';
import { runPipeline } from '../engine/run/run-pipeline.js';
import type { PipelineMonitor } from './pipeline-monitor.js';
import { RunNotices } from './run-notices.js';

/** A pipeline that is to run on its schedule. */
export interface ServedPipeline {
  readonly config: Pick<PipelineConfig, 'name' | 'schedule' | 'settleMs' | 'mapper'>;
  readonly state: StateReader;
  /** Makes source, sink and state store for one run, which closes them. */
  readonly compose: (logger: Logger) => Pipeline;
}

export interface ServeOptions {
  /** Asks the run that is under way to finish what is in flight and save the cursor; no further one begins. */
  readonly signal: AbortSignal;
  readonly monitor: PipelineMonitor;
  /** Watches the runs, besides the monitor. */
  readonly observe?: Observer;
}

/**
 * Runs a pipeline on its schedule until the signal aborts or its source has ended, whatever becomes of its runs: what is
 * paused or has failed is tried again at the next moment. It runs at once when something was left undone or a moment was missed.
 *
 * Each run takes the lease on the state and gives it back: in between, other commands may use the state.
 *
 * Throws only what is a bug, after logging it. One pipeline never waits for another.
 */
export async function servePipeline(
  { config, state, compose }: ServedPipeline,
  { runtime, logger: base, scheduler }: EngineContext & { readonly scheduler: Scheduler },
  { signal, monitor, observe: also = () => undefined }: ServeOptions,
): Promise<void> {
  const { name, schedule, settleMs } = config;
  const logger = base.child({ pipeline: name });
  const notices = new RunNotices(logger);
  const observe: Observer = (observation) => {
    monitor.observe(observation);
    also(observation);
  };
  const complete = new AbortController();
  const tick = async (): Promise<void> => {
    const runId = newRunId(runtime);
    const ofRun = logger.child({ run: runId });
    ofRun.info({}, 'the run begins');
    const result = await withOwnSignal(signal, (ofThisRun) => {
      const options = { signal: ofThisRun, runId, observe, attemptsBeforeFirstAnswer: Number.POSITIVE_INFINITY };
      return runPipeline(compose(ofRun), { runtime, logger: base }, options);
    });
    notices.ended(result, scheduler.nextAfter(schedule, runtime.now()));
    if (!result.report.sourceEnded) return;
    monitor.completed();
    ofRun.info({}, 'nothing can follow any more: the pipeline is complete and does not run again');
    complete.abort();
  };
  try {
    const streams = streamNames(config.mapper);
    const known = await stateBefore(state);
    if (known) monitor.restore(known, streams);
    const servedUntil = known ? servedBefore(known, streams, settleMs) : Number.NEGATIVE_INFINITY;
    await scheduler.run(schedule, tick, { signal: AbortSignal.any([signal, complete.signal]), servedUntil });
  } catch (error) {
    monitor.observe({ kind: 'run-ended', outcome: 'bug', durationMs: 0, message: String(error) });
    logger.error({ err: error }, 'the pipeline does not run any more: this is a bug in Sluice or in an adapter');
    throw error;
  }
}

/** What a run derives from its signal would otherwise stay in memory for as long as the process does. */
async function withOwnSignal<T>(signal: AbortSignal, work: (own: AbortSignal) => Promise<T>): Promise<T> {
  const own = new AbortController();
  const abort = () => own.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await work(own.signal);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Undefined when it cannot be read: the first run finds out why, and says so. */
async function stateBefore(state: StateReader): Promise<PipelineState | undefined> {
  try {
    return await state.read();
  } catch (error) {
    if (error instanceof SluiceError) return undefined;
    throw error;
  }
}

/** Up to which moment earlier runs have done all that was due; `-Infinity` while a first backfill is not complete. */
function servedBefore(state: PipelineState, streams: readonly string[], settleMs: number): Instant {
  const until = followedUntil(state, streams);
  const isBackfilled = streams.every((stream) => state.backfilled.includes(stream));
  return until === undefined || !isBackfilled ? Number.NEGATIVE_INFINITY : until + settleMs;
}
