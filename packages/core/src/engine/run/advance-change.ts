import { imbalance } from '../../contracts/counts.js';
import type { StateChange } from '../../contracts/state-change.js';
import type { FinishedPrefix } from '../delivery/ordered-acks.js';

type Advance = Extract<StateChange, { readonly type: 'advance' }>;

/** What a finished prefix changes in its window. Throws when its counts do not balance, which is a bug. */
export function advanceChange(
  { held, released, ...finished }: FinishedPrefix,
  of: Pick<Advance, 'id' | 'mapping' | 'worker' | 'at'>,
): Advance {
  const wrong = imbalance(finished.counts);
  if (wrong) throw new Error(`the counts of window ${of.id} do not balance: ${wrong}`);
  return {
    type: 'advance',
    ...of,
    ...finished,
    ...(held.length > 0 && { held }),
    ...(released.length > 0 && { released }),
  };
}
