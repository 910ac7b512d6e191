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
import { runPipeline } from '../engine/run/run-pipeline.js';
import { newRunId } from '../engine/run/with-lease.js';
import type { PipelineMonitor } from './pipeline-monitor.js';
import { RestAfterBugs } from './rest-after-bugs.js';
import { runLog } from './run-log.js';

/** A pipeline to run on its schedule. */
interface ServedPipeline {
  readonly config: Pick<PipelineConfig, 'name' | 'schedule' | 'settleMs' | 'mapper'>;
  readonly state: StateReader;
  /** Makes the source, sink and state store of one run, which closes them. */
  readonly compose: (logger: Logger) => Pipeline;
}

interface ServeOptions {
  /** Asks the current run to finish what is in flight and save the cursor; no further run starts. */
  readonly signal: AbortSignal;
  readonly monitor: PipelineMonitor;
  /** Watches the runs, besides the monitor. */
  readonly observe?: Observer;
}

/**
 * Runs a pipeline on its schedule until the signal aborts or its source has ended. A run that pauses or fails is retried
 * at the next time of the schedule; so is one that ends with a bug, after a rest that doubles with every further one, up
 * to a day. The first run starts at once when work was left undone or a scheduled time was missed.
 *
 * Each run takes the lease on the state and releases it: between runs, other commands can use the state.
 *
 * Pipelines never wait for each other.
 */
export async function servePipeline(
  { config, state, compose }: ServedPipeline,
  { runtime, logger: base, scheduler }: EngineContext & { readonly scheduler: Scheduler },
  { signal, monitor, observe: also = () => undefined }: ServeOptions,
): Promise<void> {
  const { name, schedule, settleMs } = config;
  const logger = base.child({ pipeline: name });
  const logEnd = runLog(logger);
  const observe: Observer = (observation) => {
    monitor.observe(observation);
    also(observation);
  };
  const complete = new AbortController();
  const rest = new RestAfterBugs(runtime);
  const run = async (): Promise<void> => {
    const runId = newRunId(runtime);
    const ofRun = logger.child({ run: runId });
    ofRun.info({}, 'the run starts');
    const result = await withRunSignal(signal, (ofThisRun) => {
      const options = { signal: ofThisRun, runId, observe, staysUp: true };
      return runPipeline(compose(ofRun), { runtime, logger: base }, options);
    });
    logEnd(result, scheduler.nextAfter(schedule, runtime.now()));
    if (!result.report.sourceEnded) return;
    monitor.completed();
    ofRun.info({}, 'the source has ended; the pipeline is complete and will not run again');
    complete.abort();
  };
  const tick = async (): Promise<void> => {
    if (rest.isOn) return;
    try {
      await run();
      rest.over();
    } catch (error) {
      // An adapter that cannot even be made, such as one whose file is gone, is no bug.
      const isBug = !(error instanceof SluiceError);
      const outcome = isBug ? 'bug' : 'failed';
      const message = isBug ? String(error) : error.message;
      monitor.observe({ kind: 'run-ended', outcome, durationMs: 0, message });
      const next = new Date(scheduler.nextAfter(schedule, isBug ? rest.begin() : runtime.now())).toISOString();
      if (isBug) {
        logger.error(
          { err: error, next },
          'a bug in Sluice or in an adapter ended the run; the pipeline is tried again later',
        );
      } else logger.error({ error: message, next }, 'the run failed; the next run retries');
    }
  };
  const streams = streamNames(config.mapper);
  // The first run reports why the state cannot be read.
  const known = await state.read().catch(() => undefined);
  if (known) monitor.restore(known, streams);
  const servedUntil = known ? servedBefore(known, streams, settleMs) : Number.NEGATIVE_INFINITY;
  await scheduler.run(schedule, tick, { signal: AbortSignal.any([signal, complete.signal]), servedUntil });
}

/** Otherwise, what each run derives from the signal would stay in memory until the process ends. */
async function withRunSignal<T>(signal: AbortSignal, work: (own: AbortSignal) => Promise<T>): Promise<T> {
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

/** The time up to which earlier runs have done everything that was due; `-Infinity` until the first backfill is complete. */
function servedBefore(state: PipelineState, streams: readonly string[], settleMs: number): Instant {
  const until = followedUntil(state, streams);
  return until === undefined ? Number.NEGATIVE_INFINITY : until + settleMs;
}
