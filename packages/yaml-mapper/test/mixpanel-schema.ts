import { STANDARD_FIELDS, type EventSchema } from '@sluice/core/sink';

/** A sink without names of its own. */
export const mixpanelSchema: EventSchema = {
  fields: STANDARD_FIELDS,
  identity: [{ field: 'event' }, { field: 'time' }, { field: 'user' }, { field: 'uuid' }],
};
