import type { JsonObject } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';

export interface CloudEventOptions {
  /** The attribute `source`, a URI reference. */
  readonly source: string;
  /** Put before the name of the event, as the attribute `type`. */
  readonly typePrefix: string;
}

/**
 * An event as a CloudEvent 1.0 in JSON, with the event as its data. Its id is the uuid with the name, because `source` and
 * `id` together must be unique and events with different names may share a uuid.
 * https://github.com/cloudevents/spec/blob/main/cloudevents/spec.md
 */
export function cloudEvent(event: MappedEvent, { source, typePrefix }: CloudEventOptions): JsonObject {
  const time = event['time'] ?? event['timestamp'];
  return {
    specversion: '1.0',
    id: `${event.uuid}/${event.event}`,
    source,
    type: `${typePrefix}${event.event}`,
    ...(typeof time === 'string' && { time }),
    datacontenttype: 'application/json',
    data: Object.fromEntries(
      Object.entries(event).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
  };
}
