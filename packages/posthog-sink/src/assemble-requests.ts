import type { Assembly, AssemblyContext, EncodedEvent, Rejection } from '@sluice/core/sink';
import type { Protocol } from './encode-event.js';
import type { PosthogRequest } from './posthog-request.js';

const HOUR_MS = 3_600_000;
/** PostHog replaces a later timestamp by its current time, and would replace that of a repeat by another one. */
const MAX_FUTURE_MS = 23 * HOUR_MS;
/** PostHog ignores `historical_migration` for younger events and charges for them. */
export const HISTORICAL_AGE_MS = 48 * HOUR_MS;

export interface PosthogAssembly extends Assembly {
  readonly requests: readonly PosthogRequest[];
}

/** Pure: the requests for encoded events at this moment. Old and young events of a backfill never share one. */
export function assembleRequests(
  events: readonly EncodedEvent[],
  { now, backfill, protocol }: AssemblyContext & { readonly protocol: Protocol },
): PosthogAssembly {
  const rejected: { event: EncodedEvent; rejection: Rejection }[] = [];
  const historical: EncodedEvent[] = [];
  const current: EncodedEvent[] = [];
  for (const event of events) {
    const time = event.time ?? now;
    if (time > now + MAX_FUTURE_MS) rejected.push({ event, rejection: futureTimestamp(time) });
    else if (backfill && time <= now - HISTORICAL_AGE_MS) historical.push(event);
    else current.push(event);
  }
  const requests = [
    { protocol, historical: true, createdAt: now, events: historical },
    { protocol, historical: false, createdAt: now, events: current },
  ].filter((request) => request.events.length > 0);
  return { requests, rejected };
}

function futureTimestamp(time: number): Rejection {
  return {
    kind: 'rejected',
    reason: 'future-timestamp',
    detail: `the event is dated ${new Date(time).toISOString()}, and PostHog changes times more than 23 hours ahead: replay it later`,
  };
}
