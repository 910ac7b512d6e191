import { RefusedError } from '@sluice/core/adapter';
import type { Assembly, AssemblyContext, EncodedEvent, Rejection } from '@sluice/core/sink';
import type { PosthogEvent, Protocol } from './encode-event.js';
import type { PosthogRequest } from './posthog-request.js';

const HOUR_MS = 3_600_000;
/** PostHog replaces a later timestamp by its current time, and would replace that of a repeat by another one. */
const MAX_FUTURE_MS = 23 * HOUR_MS;
/** PostHog ignores `historical_migration` for younger events and charges for them. */
export const HISTORICAL_AGE_MS = 48 * HOUR_MS;

export interface PosthogAssembly extends Assembly {
  readonly requests: readonly PosthogRequest[];
}

export interface PosthogAssemblyContext extends Pick<AssemblyContext, 'now' | 'backfill'> {
  readonly protocol: Protocol;
  /** How far PostHog's clock is ahead of `now`, where the difference matters; otherwise 0. */
  readonly posthogAheadMs: number;
}

/**
 * Pure: the requests for encoded events at this moment. Old and young events of a backfill never share one, nor do
 * events of different routes. What is old goes by PostHog's clock; an event is in the future only if it is so by both
 * clocks.
 */
export function assembleRequests(
  events: readonly PosthogEvent[],
  { now, backfill, protocol, posthogAheadMs }: PosthogAssemblyContext,
): PosthogAssembly {
  const posthogNow = now + posthogAheadMs;
  const latestTime = Math.max(now, posthogNow) + MAX_FUTURE_MS;
  const rejected: { event: EncodedEvent; rejection: Rejection }[] = [];
  const historical: PosthogEvent[] = [];
  const current: PosthogEvent[] = [];
  for (const event of events) {
    const time = event.time ?? posthogNow;
    if (time > latestTime) rejected.push({ event, rejection: futureTimestamp(time) });
    else if (backfill && time <= posthogNow - HISTORICAL_AGE_MS) historical.push(event);
    else current.push(event);
  }
  const requests = [
    ...requestsOf(historical, { protocol, historical: true, createdAt: posthogNow }),
    ...requestsOf(current, { protocol, historical: false, createdAt: posthogNow }),
  ];
  return { requests, rejected };
}

/** At most one for each route. */
function requestsOf(
  events: readonly PosthogEvent[],
  request: Omit<PosthogRequest, 'events' | 'route'>,
): readonly PosthogRequest[] {
  const aiRoute = events.find((event) => event.aiRoute !== undefined)?.aiRoute;
  if (aiRoute === undefined) return events.length === 0 ? [] : [{ ...request, route: 'ordinary', events }];
  const ordinary = events.filter((event) => event.aiRoute === undefined);
  const large = events.filter((event) => event.aiRoute !== undefined);
  return [...requestsOf(ordinary, request), { ...request, protocol: aiRoute, route: 'ai', events: large }];
}

/** PostHog would silently change the times of events that are in the future for its clock alone. */
export function refuseLateClock({ events, createdAt }: PosthogRequest): void {
  let latest = -Infinity;
  for (const { time = createdAt } of events) if (time > latest) latest = time;
  if (latest <= createdAt + MAX_FUTURE_MS) return;
  const hours = Math.round((latest - createdAt) / HOUR_MS);
  throw new RefusedError(
    'restricted',
    `the clock of PostHog is ${hours} h behind the time of these events, and PostHog would change it: correct the clock of its server`,
  );
}

function futureTimestamp(time: number): Rejection {
  return {
    kind: 'rejected',
    reason: 'future-timestamp',
    detail: `the event is dated ${new Date(time).toISOString()}, and PostHog changes times more than 23 hours ahead: replay it later`,
  };
}
