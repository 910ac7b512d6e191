import type { PipelineState, StateChange, StateStore } from '../../contracts/state-store.js';

/**
 * Changes the state outside of a run: takes the lease, makes one commit and releases the lease. Throws `StateError` when
 * another process has the lease, or the state is no longer at the expected revision.
 */
export async function commitOnce(
  state: StateStore,
  pipeline: string,
  changes: readonly StateChange[],
  expectedRevision?: number,
): Promise<{ readonly before: PipelineState; readonly after: PipelineState }> {
  const writer = await state.acquire(pipeline);
  try {
    const before = await writer.read();
    const after = await writer.commit(changes, expectedRevision === undefined ? {} : { expectedRevision });
    return { before, after };
  } finally {
    await writer.release();
  }
}
