import type { Pause, PipelineState, SharedStateWriter, StateChange, StateWriter } from '../../contracts/state-store.js';

/** Whether the writer is that of one of several workers. */
export function isShared(writer: StateWriter | SharedStateWriter): writer is SharedStateWriter {
  return 'worker' in writer;
}

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
