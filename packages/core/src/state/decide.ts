import { StateError, StateMovedError } from '../contracts/errors.js';
import type { Commit, DeadLetterChange, DigestChange, StoredCommit } from '../contracts/leased-state.js';
import type { PipelineState } from '../contracts/pipeline-state.js';
import type { StateChange } from '../contracts/state-change.js';
import type { CommitOptions } from '../contracts/state-store.js';
import { assertAllowed } from './assert-allowed.js';
import { assertSharable, type CommittingWorker } from './assert-sharable.js';
import { deadLetterChangesOf, digestChangesOf } from './commit-effects.js';
import { evolve } from './evolve.js';
import { storedChanges } from './stored-schema.js';

export interface DecideOptions extends CommitOptions {
  /** Which of the dead letters that the changes close are open. */
  readonly openDeadLetters?: Iterable<string>;
  /** Present in a pipeline that several workers share. */
  readonly by?: CommittingWorker;
}

/** Decides what a commit of these changes stores and leads to, or throws `StateError` when it is refused. */
export function decide(
  state: PipelineState,
  changes: readonly StateChange[],
  { expectedRevision, assert, openDeadLetters = [], by }: DecideOptions = {},
): Commit {
  const { revision } = state;
  if (expectedRevision !== undefined && expectedRevision !== revision) {
    throw new StateMovedError(
      `the state has changed since: revision ${expectedRevision} was expected, it is at ${revision}`,
    );
  }
  assert?.(state);
  const stored = closingOpenOnly(storable(changes), new Set(openDeadLetters));
  return applyCommit(state, { revision: revision + 1, changes: stored }, by);
}

/** The results of a stored commit. Throws `StateError` when it does not fit the state. */
export function applyCommit(state: PipelineState, { revision, changes }: StoredCommit, by?: CommittingWorker): Commit {
  const digestChanges: DigestChange[] = [];
  const deadLetterChanges: DeadLetterChange[] = [];
  let next = state;
  for (const change of changes) {
    if (by !== undefined) assertSharable(next, change, by);
    assertAllowed(next, change);
    digestChanges.push(...digestChangesOf(next, change));
    deadLetterChanges.push(...deadLetterChangesOf(change));
    next = evolve(next, change);
  }
  return { revision, changes, state: { ...next, revision }, digestChanges, deadLetterChanges };
}

/** The changes as JSON gives them back. Refuses what could be written but not read again, such as a time that is NaN. */
function storable(changes: readonly StateChange[]): readonly StateChange[] {
  const { data, error } = storedChanges.safeParse(JSON.parse(JSON.stringify(changes)));
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new StateError(`the commit cannot be stored: changes.${issue?.path.join('.')}: ${issue?.message}`);
}

/** Reduces the ids of every `close-dead-letters` to those that are open when the change takes effect, each once. */
function closingOpenOnly(changes: readonly StateChange[], open: Set<string>): readonly StateChange[] {
  return changes.map((change) => {
    const closes = change.type === 'close-dead-letters';
    const exact = closes ? { ...change, ids: change.ids.filter((id) => open.delete(id)) } : change;
    for (const effect of deadLetterChangesOf(exact)) {
      if (effect.kind === 'clear-all') open.clear();
      else if (effect.kind === 'add') for (const { id } of effect.deadLetters) open.add(id);
    }
    return exact;
  });
}
