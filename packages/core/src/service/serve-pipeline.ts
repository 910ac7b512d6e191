import { SluiceError, StateUnavailableError } from '../contracts/errors.js';
import type { Logger } from '../contracts/logger.js';
import { streamNames } from '../contracts/mapper.js';
import type { Observer } from '../contracts/observation.js';
import type { Invite, Scheduler, TickEnd, TurnGiver } from '../contracts/scheduler.js';
import type { PipelineState } from '../contracts/pipeline-state.js';
import type { StateReader } from '../contracts/state-store.js';
import type { Instant } from '../contracts/value.js';
import type { PipelineConfig } from '../config/pipeline-config.js';
import { followedUntil } from '../engine/run/followed-until.js';
import type { EngineContext, Pipeline } from '../engine/pipeline.js';
import { runPipeline } from '../engine/run/run-pipeline.js';
import { newRunId, type RunResult } from '../engine/run/with-lease.js';
import { nextTime } from '../scheduler/next-time.js';
import { heldElsewhere } from './held-elsewhere.js';
import type { PipelineMonitor } from './pipeline-monitor.js';
import { RestAfterBugs } from './rest-after-bugs.js';
import { runLog } from './run-log.js';
import { watchSchedule } from './watch-schedule.js';

/** The run continues as soon as the state answers: its next one waits for that. */
const isStateAway = (failure: unknown): boolean => failure instanceof StateUnavailableError;

/** A pipeline to run on its schedule. */
interface ServedPipeline {
  readonly config: Pick<PipelineConfig, 'name' | 'branch' | 'schedule' | 'settleMs' | 'mapper'>;
  readonly state: StateReader;
  /** Whether several workers can share its state: see `StateStore.join`. */
  readonly isShared: boolean;
  /** Makes the source, sink and state store of one run, which closes them. */
  readonly compose: (logger: Logger) => Pipeline;
}

interface ServeOptions {
  /** Asks the current run to finish what is in flight and save the cursor; no further run starts. */
  readonly signal: AbortSignal;
  readonly monitor: PipelineMonitor;
  /** Lets pipelines run in turns. Absent: this one never waits for others. */
  readonly turns?: TurnGiver;
  /** Watches the runs, besides the monitor. */
  readonly observe?: Observer;
}

/**
 * Runs a pipeline on its schedule until the signal aborts or its source has ended. A run that pauses or fails is retried
 * at the next time of the schedule; so is one that ends with a bug, after a rest that doubles with every further one, up
 * to a day. One whose state does not answer continues as soon as it does. The first run starts at once when work was
 * left undone or a scheduled time was missed.
 *
 * Each run takes the lease on the state and releases it: between runs, other commands can use the state. Where several
 * processes share the pipeline, a run that would find the state in use is not begun. Where workers share the state as well,
 * a process joins the run of another one while that has work for it.
 *
 * A run whose turn is over while other pipelines wait saves its place, and continues when it is its turn again.
 */
export async function servePipeline(
  { config, state, isShared, compose }: ServedPipeline,
  { runtime, logger: base, scheduler }: EngineContext & { readonly scheduler: Scheduler },
  { signal, monitor, turns, observe: also = () => undefined }: ServeOptions,
): Promise<void> {
  const { name, branch, schedule, settleMs } = config;
  const logger = base.child({ pipeline: name });
  const logEnd = runLog(logger);
  const observe: Observer = (observation) => {
    monitor.observe(observation);
    also(observation);
  };
  const complete = new AbortController();
  const rest = new RestAfterBugs(runtime);
  const runOnce = async (turnOver: AbortSignal | undefined, sharing: Sharing): Promise<RunResult> => {
    const runId = newRunId(runtime);
    const ofRun = logger.child({ run: runId });
    const { joins } = sharing;
    ofRun.info({}, joins ? 'joining the run of another process' : 'the run starts');
    const signals = turnOver === undefined ? [signal] : [signal, turnOver];
    const result = await withRunSignal(signals, (ofThisRun) => {
      const options = { signal: ofThisRun, runId, observe, staysUp: true, ...sharing };
      return runPipeline(compose(ofRun), { runtime, logger: base }, options);
    });
    const isTurnOver = turnOver?.aborted === true && !signal.aborted;
    const now = runtime.now();
    logEnd(result, { next: isStateAway(result.failure) ? now : nextTime(schedule, now), isTurnOver, joins });
    if (!result.report.sourceEnded) return result;
    monitor.completed();
    ofRun.info({}, 'the source has ended; the pipeline is complete and will not run again');
    complete.abort();
    return result;
  };
  const tryOnce = async (turnOver: AbortSignal | undefined, sharing: Sharing): Promise<TickEnd> => {
    try {
      const { outcome, failure } = await runOnce(turnOver, sharing);
      rest.over();
      if (outcome === 'stopped' || isStateAway(failure)) return 'interrupted';
      // Somebody took the state after it was found free.
      return outcome === 'failed' && scheduler.isShared && (await isHeld()) ? 'held' : 'done';
    } catch (error) {
      // An adapter that cannot even be made, such as one whose file is gone, is not a bug.
      const isBug = !(error instanceof SluiceError);
      const outcome = isBug ? 'bug' : 'failed';
      const message = isBug ? String(error) : error.message;
      monitor.observe({ kind: 'run-ended', outcome, durationMs: 0, message });
      const next = new Date(nextTime(schedule, isBug ? rest.begin() : runtime.now())).toISOString();
      if (isBug) {
        logger.error(
          { err: error, next },
          'a bug in Sluice or in an adapter ended the run; the pipeline will be tried again',
        );
      } else logger.error({ error: message, next }, 'the run failed; the next run retries');
      return 'done';
    }
  };
  const isHeld = heldElsewhere(state, logger, { isShared });
  const tick = async (turnOver: AbortSignal | undefined, invite?: Invite): Promise<TickEnd> => {
    if (rest.isOn) return 'done';
    if (scheduler.isShared && (await isHeld())) return 'held';
    return tryOnce(turnOver, { joins: false, ...(invite && { invite }) });
  };
  const join = async (turnOver: AbortSignal | undefined, invite?: Invite): Promise<void> => {
    if (!rest.isOn) await tryOnce(turnOver, { joins: true, ...(invite && { invite }) });
  };
  const streams = streamNames(config.mapper);
  const servedUntil = async (): Promise<Instant> => {
    // The first run reports why the state cannot be read.
    const known = await state.read().catch(() => undefined);
    if (known) monitor.restore(known, streams);
    return known ? servedBefore(known, streams, settleMs) : Number.NEGATIVE_INFINITY;
  };
  // A scheduler may have to wait before it asks.
  await servedUntil();
  await scheduler.run(
    { name, pipeline: branch?.pipeline ?? name, schedule, tick, ...(isShared && { join }) },
    {
      signal: AbortSignal.any([signal, complete.signal]),
      servedUntil,
      ...(turns && { turns }),
      observe: watchSchedule({ state, streams, monitor, runtime }),
    },
  );
}

/** How a run shares the pipeline with those of other processes. */
interface Sharing {
  readonly joins: boolean;
  readonly invite?: Invite;
}

/** Otherwise, what each run derives from the signals would stay in memory until the process ends. */
async function withRunSignal<T>(signals: readonly AbortSignal[], work: (own: AbortSignal) => Promise<T>): Promise<T> {
  const own = new AbortController();
  const listeners = signals.map((signal) => {
    const abort = () => own.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    return { signal, abort };
  });
  try {
    return await work(own.signal);
  } finally {
    for (const { signal, abort } of listeners) signal.removeEventListener('abort', abort);
  }
}

/** The time up to which earlier runs have done everything that was due; `-Infinity` until the first backfill is complete. */
function servedBefore(state: PipelineState, streams: readonly string[], settleMs: number): Instant {
  const until = followedUntil(state, streams);
  return until === undefined ? Number.NEGATIVE_INFINITY : until + settleMs;
}
