import type { Instant } from '@sluice/core/adapter';
import type { Assembly, EncodedEvent } from '@sluice/core/sink';

const HOUR_MS = 3_600_000;

/** Pure: the events that can be sent now, and those that are dated too far ahead of it. */
export function rejectFuture(
  events: readonly EncodedEvent[],
  now: Instant,
  { maxAheadMs, peer }: { readonly maxAheadMs: number; readonly peer: string },
): { readonly due: readonly EncodedEvent[]; readonly rejected: Assembly['rejected'] } {
  const isTooEarly = ({ time = now }: EncodedEvent): boolean => time > now + maxAheadMs;
  const rejected = events.flatMap((event) => {
    if (!isTooEarly(event)) return [];
    const dated = new Date(event.time ?? now).toISOString();
    const detail = `the event is dated ${dated}, and ${peer} takes times up to ${maxAheadMs / HOUR_MS} h ahead: replay it later`;
    return [{ event, rejection: { kind: 'rejected', reason: 'future-timestamp', detail } as const }];
  });
  return { due: rejected.length === 0 ? events : events.filter((event) => !isTooEarly(event)), rejected };
}
