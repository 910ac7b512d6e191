import type { DeadLetter } from '../../contracts/dead-letter.js';
import type { Attribution } from '../../contracts/pipeline-state.js';
import type { StateStore } from '../../contracts/state-store.js';
import { closing } from './closing.js';

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
    const known = new Set(ids);
    const letters: DeadLetter[] = [];
    for await (const letter of writer.deadLetters()) if (known.has(letter.id)) letters.push(letter);
    const after = await writer.commit([closing(letters, 'discarded', attribution)]);
    return before - after.openDeadLetters;
  } finally {
    await writer.release();
  }
}
