import type { EventSchema } from '@sluice/core/sink';
import { AI_PROPERTIES } from './ai/ai-properties.js';
import { constantProblem } from './constant-problem.js';
import { outlineProblems } from './outline-problems.js';

/** The most types of groups in a project. Source: PostHog, `group-type-manager.ts`, `MAX_GROUP_TYPES_PER_TEAM`. */
const MAX_GROUP_TYPES = 5;

/** The shape of this sink's events. */
export const posthogEventSchema: EventSchema = {
  fields: {
    distinct_id: {
      kind: 'value',
      type: 'text',
      required: true,
      default: 'event.user ?? event.uuid',
      doc: "The id of the user. For an event without a user: the event's own uuid, with `anonymous: true`.",
    },
    anonymous: {
      kind: 'value',
      type: 'boolean',
      required: false,
      default: 'event.user == null',
      doc: 'Whether the event is sent without a person profile, and then without `set`, `set_once` and `groups`.',
    },
    session_id: {
      kind: 'value',
      type: 'text',
      required: false,
      doc: "PostHog's session id. Sent only when it is a hyphenated UUID; PostHog makes a session of one of version 7.",
    },
    set: {
      kind: 'map',
      nulls: 'omitted',
      known: {},
      doc: "Properties of the person (`$set`). Nulls are left out: they would erase the person's value.",
    },
    set_once: {
      kind: 'map',
      nulls: 'omitted',
      known: {},
      doc: 'Properties of the person that keep their first value (`$set_once`). Nulls are left out.',
    },
    groups: {
      kind: 'map',
      nulls: 'omitted',
      values: 'text',
      maxNames: MAX_GROUP_TYPES,
      known: {},
      doc: 'The groups that the event belongs to (`$groups`): the key of the group by its type, such as `company`. Not sent with `anonymous`.',
    },
    group_set: {
      kind: 'map',
      nulls: 'omitted',
      known: {},
      doc: 'In an event `$groupidentify`: properties of the group that `groups` names (`$group_set`). Nulls are left out.',
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
  eventProblems: outlineProblems,
};
