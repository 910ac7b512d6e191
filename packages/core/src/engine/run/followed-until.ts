import type { PipelineState } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';

/**
 * Up to when, in the source's time, everything that was created or changed has been exported: the position of the slowest
 * stream. During its first backfill a stream is followed up to the handover. Undefined before the first run.
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
