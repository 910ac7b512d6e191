import type { ClosedDeadLetter, DeadLetter } from '../../contracts/dead-letter.js';
import type { Attribution } from '../../contracts/pipeline-state.js';
import type { StateChange } from '../../contracts/state-change.js';

/** The change that closes dead letters and keeps what is asked of them later. */
export function closing(
  letters: readonly DeadLetter[],
  how: ClosedDeadLetter['how'],
  attribution: Attribution,
): Extract<StateChange, { readonly type: 'close-dead-letters' }> {
  return {
    type: 'close-dead-letters',
    ids: letters.map(({ id }) => id),
    how,
    letters: letters.map(({ id, stream, key, reason }) => ({ id, stream, key, reason })),
    attribution,
  };
}
