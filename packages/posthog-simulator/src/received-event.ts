import type { JsonObject } from '@sluice/core/adapter';

/** An event as PostHog would store it. */
export interface ReceivedEvent {
  readonly event: string;
  readonly distinctId: string;
  readonly uuid: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly properties: JsonObject;
  readonly protocol: 'v0' | 'v1';
  readonly historical: boolean;
}

/**
 * PostHog's deduplication key: of the events with an equal key, the last one received is kept. Source: PostHog,
 * `posthog/models/event/sql.py`, the sorting key of the table of events.
 */
export function deduplicationKey({ timestamp, event, distinctId, uuid }: ReceivedEvent): string {
  return JSON.stringify([timestamp.slice(0, 10), event, distinctId, uuid]);
}
