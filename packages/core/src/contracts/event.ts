import type { JsonValue } from './value.js';

/**
 * What the mapping makes of a record, in the shape of the sink's event schema: plain JSON, timestamps as ISO 8601 text
 * with milliseconds and `Z`.
 *
 * Every event has a name and a uuid, whatever the sink: together they are the engine's event id. One uuid may stand for
 * a trace and a score, or for two events of one record.
 */
export interface MappedEvent {
  readonly event: string;
  /** Lower-case, hyphenated. Follows from the record's key alone, so that sending again never makes a second event. */
  readonly uuid: string;
  readonly [field: string]: JsonValue | undefined;
}

/** The engine's id of an event: unique per (event name, uuid). */
export function eventId(event: Pick<MappedEvent, 'event' | 'uuid'>): string {
  return `${event.uuid} ${event.event}`;
}
