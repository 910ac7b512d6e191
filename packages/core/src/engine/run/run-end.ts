import { SluiceError, StateError } from '../../contracts/errors.js';
import type { Observation } from '../../contracts/observation.js';
import type { LastRun, Pause } from '../../contracts/pipeline-state.js';
import type { StateChange } from '../../contracts/state-change.js';
import { PausedElsewhereError, pauseCauseOf } from '../delivery/pause-error.js';
import type { EngineContext } from '../pipeline.js';
import type { KeptLease } from './kept-lease.js';
import { isShared } from '../../contracts/state-store.js';
import { endOfPause } from './end-of-pause.js';

/** How a run ended. */
export interface RunEnd {
  /**
   * - `done`: caught up.
   * - `stopped`: the signal asked for it; finished work is saved.
   * - `paused`: a person must act (see `failure`); kept in the state.
   * - `failed`: see `failure`; the next run continues from the cursor.
   */
  readonly outcome: LastRun['outcome'];
  readonly failure?: SluiceError;
  /** Why it is paused, in one word. */
  readonly cause?: Pause['cause'];
  /** An unexpected error. */
  readonly bug?: { readonly error: unknown };
}

/** How a run ends that an error has stopped. `signal`: the one that asks the run to stop. */
export function endAfter(error: unknown, signal: AbortSignal): RunEnd {
  if (signal.aborted) return { outcome: 'stopped' };
  if (!(error instanceof SluiceError)) return { outcome: 'failed', bug: { error } };
  const cause = pauseCauseOf(error);
  return cause === undefined ? { outcome: 'failed', failure: error } : { outcome: 'paused', failure: error, cause };
}

interface Joining {
  /** Whether it only helped the run of another process. */
  readonly joins: boolean;
}

/**
 * Records in the state how the run ended, and why; of one that only helped, no more than the pause in which it ended. A
 * state that could not be read or written is not tried again.
 */
export async function recordEnd(
  { writer, found }: Pick<KeptLease, 'writer' | 'found'>,
  { outcome, failure, cause }: RunEnd,
  { runtime, logger }: EngineContext,
  { joins }: Joining,
): Promise<void> {
  if (failure instanceof StateError) return;
  const at = runtime.now();
  const error = failure === undefined ? {} : { error: failure.message };
  const changes: StateChange[] = joins ? [] : [{ type: 'run-ended', run: { at, outcome, ...error } }];
  // What another worker has paused is in the state already.
  if (failure && cause && !(failure instanceof PausedElsewhereError))
    changes.push({ type: 'pause', pause: { cause, message: failure.message, since: at } });
  try {
    if (outcome === 'done' && !joins) changes.push(...endOfPause(await writer.read(), writer, found));
    if (changes.length > 0) await writer.commit(changes);
  } catch (reason) {
    logger.error({ error: String(reason) }, 'cannot save how the run ended');
  }
}

/** Logs that a run ends while other workers have windows of the pipeline. */
export async function reportOthers(
  { writer }: Pick<KeptLease, 'writer'>,
  { logger }: Pick<EngineContext, 'logger'>,
): Promise<void> {
  if (!isShared(writer)) return;
  const { windows } = await writer.read();
  const ofOthers = windows.filter(
    ({ claim }) => claim !== undefined && claim !== writer.worker && writer.isAlive(claim),
  );
  if (ofOthers.length > 0) logger.info({ windows: ofOthers.length }, 'the run ends; other workers continue');
}

export function endObservation(
  { outcome, failure, cause, bug }: RunEnd,
  durationMs: number,
  { joins }: Joining,
): Observation {
  const message = bug === undefined ? failure?.message : String(bug.error);
  const ended = joins && outcome === 'done' ? 'left' : outcome;
  return {
    kind: 'run-ended',
    outcome: bug === undefined ? ended : 'bug',
    durationMs,
    ...(cause === undefined ? {} : { cause }),
    ...(message === undefined ? {} : { message }),
  };
}
