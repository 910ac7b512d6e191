import { StateError } from '../contracts/errors.js';
import type { PipelineState, StateChange } from '../contracts/state-store.js';
import { storedChanges, storedState } from './stored-schema.js';

/** The changes as JSON gives them back. Refuses what could be written but never read again: a time that is no number. */
export function asStored(changes: readonly StateChange[]): readonly StateChange[] {
  const { data, error } = storedChanges.safeParse(JSON.parse(JSON.stringify(changes)));
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new StateError(
    `a commit that could not be read again is refused: changes.${issue?.path.join('.')}: ${issue?.message}`,
  );
}

/** A state that was kept as JSON; undefined when it is damaged, or written by a version that knows more. */
export function parseStoredState(json: unknown): PipelineState | undefined {
  return storedState.safeParse(json).data;
}
