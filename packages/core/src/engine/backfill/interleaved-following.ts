import { streamNames } from '../../contracts/mapper.js';
import type { Binding } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import { followedUntil } from '../run/followed-until.js';
import { runStreams } from '../run/run-pipeline.js';
import type { Run } from '../run/run.js';

/** Follows the source between the windows of other work that holds the lease, whenever a scheduled run is due. */
export function interleavedFollowing(run: Run, binding: Binding, nextRun: (after: Instant) => Instant) {
  const { runtime } = run.context;
  const followed = followedUntil(run.ledger.state, streamNames(run.pipeline.mapper));
  let servedUntil = (followed ?? binding.handover) + run.pipeline.settleMs;
  return {
    isDue: (): boolean => nextRun(servedUntil) <= runtime.now(),
    /** One pass over every stream. */
    async follow(): Promise<void> {
      servedUntil = runtime.now();
      await runStreams({ ...run, onProgress: () => undefined }, binding);
    },
  };
}
