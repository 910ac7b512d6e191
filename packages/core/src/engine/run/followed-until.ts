import type { PipelineState } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';

/**
 * Up to when, in the source's time, everything that was created or changed has been exported: the slowest of the
 * streams counts. A stream that is still backfilling has followed up to the handover. Undefined before the first run
 * has fixed the handover.
 */
export function followedUntil({ binding, windows }: PipelineState, streams: readonly string[]): Instant | undefined {
  if (!binding) return undefined;
  const until = new Map(streams.map((stream) => [stream, binding.handover]));
  for (const { purpose, status, window } of windows) {
    const known = until.get(window.stream);
    if (known === undefined || purpose !== 'following' || status !== 'done') continue;
    until.set(window.stream, Math.max(known, window.until));
  }
  return Math.min(...until.values());
}
