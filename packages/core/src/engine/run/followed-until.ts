import type { LedgerWindow } from '../../contracts/ledger.js';
import type { PipelineState } from '../../contracts/pipeline-state.js';
import type { Instant } from '../../contracts/value.js';
import { isBackfilled } from './first-backfill.js';
import { exportedEnd } from './window-ends.js';

/**
 * Up to when, in the source's time, everything that was created or changed has been exported: the position of the slowest
 * stream. Undefined until the first backfill of every stream is complete: before that, no such time exists.
 */
export function followedUntil(state: PipelineState, streams: readonly string[]): Instant | undefined {
  const { binding, windows } = state;
  if (!binding || !isBackfilled(state, streams)) return undefined;
  const following = new Map(streams.map((stream) => [stream, [] as LedgerWindow[]]));
  for (const each of windows) if (each.purpose === 'following') following.get(each.window.stream)?.push(each);
  return Math.min(...[...following.values()].map((own) => exportedEnd(own) ?? binding.handover));
}
