import type { EventSchema } from '@sluice/core/sink';
import { AI_PROPERTIES } from './ai/ai-properties.js';
import { constantProblem } from './constant-problem.js';

/** The shape of this sink's events. */
export const posthogEventSchema: EventSchema = {
  fields: {
    distinct_id: {
      kind: 'value',
      type: 'text',
      required: true,
      default: 'event.user ?? event.uuid',
      doc: "The id of the user. For an event without one: the event's own uuid, with `anonymous: true`.",
    },
    anonymous: {
      kind: 'value',
      type: 'boolean',
      required: false,
      default: 'event.user == null',
      doc: 'Whether the event is sent without a person profile, and then without `set`.',
    },
    session_id: {
      kind: 'value',
      type: 'text',
      required: false,
      doc: "PostHog's session id. Sent only when it is a hyphenated UUID.",
    },
    set: {
      kind: 'map',
      nulls: 'omitted',
      known: {},
      doc: "Properties of the person (`$set`). Nulls are left out: they would erase the person's value.",
    },
    properties: {
      kind: 'map',
      nulls: 'kept',
      known: AI_PROPERTIES,
      doc: 'Properties of the event.',
    },
    timestamp: {
      kind: 'value',
      type: 'timestamp',
      required: true,
      default: 'event.time',
      doc: 'When it happened.',
    },
  },
  identity: [
    { field: 'event' },
    { field: 'uuid' },
    { field: 'distinct_id' },
    { field: 'timestamp', precision: 'utcDay' },
  ],
  constantProblem,
};
