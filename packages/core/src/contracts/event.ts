import type { JsonValue } from './value.js';

/**
 * What the mapping makes of a record, in the shape of the sink's event schema: plain JSON, timestamps as ISO 8601 text
 * with milliseconds and `Z`.
 *
 * Every event has a name and a uuid, which together are the engine's event id. Events with different names may share a
 * uuid.
 */
export interface MappedEvent {
  readonly event: string;
  /** Lower-case, hyphenated. Derived from the record's key alone, so that a retry never creates a second event. */
  readonly uuid: string;
  readonly [field: string]: JsonValue | undefined;
}

/** The engine's id of an event: unique per (event name, uuid). */
export function eventId(event: Pick<MappedEvent, 'event' | 'uuid'>): string {
  return `${event.uuid} ${event.event}`;
}
