import type { StateChange } from '../contracts/state-store.js';

/**
 * The same changes, with the ids of every `close-dead-letters` reduced to those that are open when its turn comes, each
 * once: what `applyCommit` counts. `openAmong` says which of some ids are open before the commit.
 */
export async function closingOpenOnly(
  changes: readonly StateChange[],
  openAmong: (ids: ReadonlySet<string>) => Promise<Iterable<string>>,
): Promise<readonly StateChange[]> {
  const wanted = new Set(changes.flatMap((change) => (change.type === 'close-dead-letters' ? change.ids : [])));
  if (wanted.size === 0) return changes;
  let open = new Set(await openAmong(wanted));
  return changes.map((change) => {
    if (change.type === 'bind' || (change.type === 'rewind' && change.to === 'start')) open = new Set();
    else if (change.type === 'advance') for (const { id } of change.deadLetters) open.add(id);
    if (change.type !== 'close-dead-letters') return change;
    return { ...change, ids: [...new Set(change.ids)].filter((id) => open.delete(id)) };
  });
}
