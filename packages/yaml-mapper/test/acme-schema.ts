import type { EventSchema } from '@sluice/core/sink';

/** The type of the sink. */
export const ACME = '@acme/sluice-acme';

/** An installed sink with names of its own, all of which it takes from the standard event. */
export const acmeSchema: EventSchema = {
  fields: {
    user_id: { kind: 'value', type: 'text', required: false, default: 'event.user', doc: '' },
    device_id: { kind: 'value', type: 'text', required: true, default: 'event.user ?? event.uuid', doc: '' },
    time: { kind: 'value', type: 'timestamp', required: true, doc: '' },
    session: { kind: 'value', type: 'text', required: false, default: "event.session ?? 'none'", doc: '' },
    event_properties: { kind: 'map', nulls: 'kept', takes: 'properties', known: {}, doc: '' },
    user_properties: { kind: 'map', nulls: 'omitted', known: {}, doc: '' },
  },
  identity: [{ field: 'event' }, { field: 'device_id' }, { field: 'uuid' }],
};
