import { SluiceError, StateError } from '../../contracts/errors.js';
import type { Observation } from '../../contracts/observation.js';
import type { LastRun, Pause, StateChange, StateWriter } from '../../contracts/state-store.js';
import { pauseCauseOf } from '../delivery/pause-error.js';
import type { EngineContext } from '../pipeline.js';

/** How a run ended. */
export interface RunEnd {
  /**
   * - `done`: caught up.
   * - `stopped`: the signal asked for it; what was finished is saved.
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

/** Records in the state how the run ended, and why. A state that could not be read or written is not tried again. */
export async function recordEnd(
  writer: StateWriter,
  { outcome, failure, cause }: RunEnd,
  { runtime, logger }: EngineContext,
): Promise<void> {
  if (failure instanceof StateError) return;
  const at = runtime.now();
  const error = failure === undefined ? {} : { error: failure.message };
  const changes: StateChange[] = [{ type: 'run-ended', run: { at, outcome, ...error } }];
  if (failure && cause) changes.push({ type: 'pause', pause: { cause, message: failure.message, since: at } });
  try {
    if (outcome === 'done' && (await writer.read()).pause) changes.push({ type: 'resume' });
    await writer.commit(changes);
  } catch (reason) {
    logger.error({ error: String(reason) }, 'cannot save how the run ended');
  }
}

export function endObservation({ outcome, failure, cause, bug }: RunEnd, durationMs: number): Observation {
  const message = bug === undefined ? failure?.message : String(bug.error);
  return {
    kind: 'run-ended',
    outcome: bug === undefined ? outcome : 'bug',
    durationMs,
    ...(cause === undefined ? {} : { cause }),
    ...(message === undefined ? {} : { message }),
  };
}
