import type { EncodedEvent } from '@sluice/core/sink';

/** Without events that say the same as a later one: PostHog refuses a request in which a uuid stands twice. */
export function sentOnce(events: readonly EncodedEvent[]): readonly EncodedEvent[] {
  const last = new Map<string, EncodedEvent>();
  for (const event of events) if (event.sentUuid !== undefined) last.set(event.sentUuid, event);
  if (last.size === 0) return events;
  return events.filter((event) => event.sentUuid === undefined || last.get(event.sentUuid) === event);
}
