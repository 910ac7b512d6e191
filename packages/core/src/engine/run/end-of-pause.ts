import { isShared, type SharedStateWriter, type StateWriter } from '../../contracts/state-store.js';
import type { Pause, PipelineState } from '../../contracts/pipeline-state.js';
import type { StateChange } from '../../contracts/state-change.js';

/**
 * The change that ends the pause of a state after something went well: none without a pause. Of several workers, each ends
 * only the pause in which its run began: a later one tells it to stop.
 */
export function endOfPause(
  { pause }: Pick<PipelineState, 'pause'>,
  writer: StateWriter | SharedStateWriter,
  found: Pause | undefined,
): readonly StateChange[] {
  if (pause === undefined) return [];
  if (!isShared(writer)) return [{ type: 'resume' }];
  return pause.since === found?.since ? [{ type: 'resume', since: pause.since }] : [];
}
