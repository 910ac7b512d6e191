import type { Attribution, StateStore } from '../../contracts/state-store.js';

/** Closes dead letters without delivering them. Returns how many were open. */
export async function discardDeadLetters(
  state: StateStore,
  pipeline: string,
  ids: readonly string[],
  attribution: Attribution,
): Promise<number> {
  const writer = await state.acquire(pipeline);
  try {
    const before = (await writer.read()).openDeadLetters;
    const after = await writer.commit([{ type: 'close-dead-letters', ids, how: 'discarded', attribution }]);
    return before - after.openDeadLetters;
  } finally {
    await writer.release();
  }
}
