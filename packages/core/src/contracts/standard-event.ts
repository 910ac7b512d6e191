import type { EventSchema } from './event-schema.js';

/**
 * What any event has, whatever the destination calls it. A mapping that sets these fields, and no others, serves every sink:
 * a sink with the same fields takes them as they are, and one with different names says how it takes them
 * (`ValueFieldSchema.default`, `MapFieldSchema.takes`).
 */
export const STANDARD_FIELDS = {
  time: { kind: 'value', type: 'timestamp', required: true, doc: 'When it happened.' },
  user: { kind: 'value', type: 'text', required: false, doc: 'The id of the user; null for an event without one.' },
  session: {
    kind: 'value',
    type: 'text',
    required: false,
    doc: 'The id of the session; null for an event without one.',
  },
  groups: {
    kind: 'map',
    nulls: 'omitted',
    known: {},
    doc: 'The ids of the groups that the event belongs to, such as a company, by the type of the group.',
  },
  properties: { kind: 'map', nulls: 'kept', known: {}, doc: 'Properties of the event.' },
} as const satisfies EventSchema['fields'];
