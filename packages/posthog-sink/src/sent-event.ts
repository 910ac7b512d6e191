import type { EncodedEvent } from '@sluice/core/sink';

/** An event that PostHog gets under another uuid than the record's. */
export interface SentEvent extends EncodedEvent {
  /** Absent: `uuid`. */
  readonly sentUuid?: string;
}

export function sentUuidOf(event: EncodedEvent): string {
  return ownUuid(event) ?? event.uuid;
}

/** Without events that say the same as a later one: PostHog refuses a request in which a uuid stands twice. */
export function sentOnce(events: readonly EncodedEvent[]): readonly EncodedEvent[] {
  const last = new Map<string, EncodedEvent>();
  for (const event of events) {
    const uuid = ownUuid(event);
    if (uuid !== undefined) last.set(uuid, event);
  }
  if (last.size === 0) return events;
  return events.filter((event) => {
    const uuid = ownUuid(event);
    return uuid === undefined || last.get(uuid) === event;
  });
}

function ownUuid(event: SentEvent): string | undefined {
  return event.sentUuid;
}
