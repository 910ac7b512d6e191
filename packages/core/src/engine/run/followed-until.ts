import type { PipelineState } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import { isBackfilled } from './first-backfill.js';

/**
 * Up to when, in the source's time, everything that was created or changed has been exported: the position of the slowest
 * stream. Undefined until the first backfill of every stream is complete: before that, no such time exists.
 */
export function followedUntil(state: PipelineState, streams: readonly string[]): Instant | undefined {
  const { binding, windows } = state;
  if (!binding || !isBackfilled(state, streams)) return undefined;
  const until = new Map(streams.map((stream) => [stream, binding.handover]));
  for (const { purpose, status, window } of windows) {
    const known = until.get(window.stream);
    if (known === undefined || purpose !== 'following' || status !== 'done') continue;
    until.set(window.stream, Math.max(known, window.until));
  }
  return Math.min(...until.values());
}
