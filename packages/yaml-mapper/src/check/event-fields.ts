import type { EventSchema } from '@sluice/core/sink';
import type { SinkEventSchema } from '@sluice/core/config';

const UUID = {
  kind: 'value',
  type: 'text',
  required: true,
  doc: 'Identifies the event: a record that is sent again gets the same uuid.',
} as const;

/** The fields of a sink's events, with the uuid that every event has. */
export function eventFieldsOf(schema: SinkEventSchema): EventSchema['fields'] {
  return { uuid: UUID, ...(schema === 'any' ? {} : schema.fields) };
}
