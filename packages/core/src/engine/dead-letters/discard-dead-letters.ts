import type { Attribution, StateStore } from '../../contracts/state-store.js';
import { commitOnce } from '../run/commit-once.js';

/** Closes dead letters without delivering them. Returns how many of them were open. */
export async function discardDeadLetters(
  state: StateStore,
  pipeline: string,
  ids: readonly string[],
  attribution: Attribution,
): Promise<number> {
  const discard = { type: 'close-dead-letters', ids, how: 'discarded', attribution } as const;
  const { before, after } = await commitOnce(state, pipeline, [discard]);
  return before.openDeadLetters - after.openDeadLetters;
}
