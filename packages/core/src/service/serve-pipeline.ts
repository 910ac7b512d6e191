import { streamNames } from '../contracts/mapper.js';
import type { Observer } from '../contracts/observation.js';
import type { Scheduler, TurnGiver } from '../contracts/scheduler.js';
import type { PipelineState } from '../contracts/pipeline-state.js';
import type { Instant } from '../contracts/value.js';
import { followedUntil } from '../engine/run/followed-until.js';
import type { EngineContext } from '../engine/pipeline.js';
import type { PipelineMonitor } from './pipeline-monitor.js';
import { ServedRuns, type ServedPipeline } from './served-runs.js';
import { watchSchedule } from './watch-schedule.js';

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
  pipeline: ServedPipeline,
  context: EngineContext & { readonly scheduler: Scheduler },
  { signal, monitor, turns, observe: also = () => undefined }: ServeOptions,
): Promise<void> {
  const { config, state, isShared } = pipeline;
  const { name, branch, schedule, settleMs } = config;
  const observe: Observer = (observation) => {
    monitor.observe(observation);
    also(observation);
  };
  const runs = new ServedRuns(pipeline, context, { signal, monitor, observe });
  const streams = streamNames(config.mapper);
  const servedUntil = async (): Promise<Instant> => {
    // The first run reports why the state cannot be read.
    const known = await state.read().catch(() => undefined);
    if (known) monitor.restore(known, streams);
    return known ? servedBefore(known, streams, settleMs) : Number.NEGATIVE_INFINITY;
  };
  // A scheduler may have to wait before it asks.
  await servedUntil();
  await context.scheduler.run(
    {
      name,
      pipeline: branch?.pipeline ?? name,
      schedule,
      tick: (turnOver, invite) => runs.tick(turnOver, invite),
      ...(isShared && { join: (turnOver, invite) => runs.join(turnOver, invite) }),
    },
    {
      signal: AbortSignal.any([signal, runs.complete]),
      servedUntil,
      ...(turns && { turns }),
      observe: watchSchedule({ state, streams, monitor, runtime: context.runtime }),
    },
  );
}

/**
 * The time up to which earlier runs have done everything that was due; `-Infinity` when they have left work: the first
 * backfill, a window that was interrupted, or what a pause keeps back.
 */
function servedBefore(state: PipelineState, streams: readonly string[], settleMs: number): Instant {
  const until = followedUntil(state, streams);
  const isInterrupted = state.windows.some(
    ({ status, purpose, window }) => status === 'open' && purpose === 'following' && streams.includes(window.stream),
  );
  if (until === undefined || isInterrupted || state.pause !== undefined) return Number.NEGATIVE_INFINITY;
  return until + settleMs;
}
