import type { JsonObject } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';

/** The event without fields that have no value. */
export function plainEvent(event: MappedEvent): JsonObject {
  return Object.fromEntries(
    Object.entries(event).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
