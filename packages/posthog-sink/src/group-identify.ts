import type { Instant } from '@sluice/core/adapter';
import type { MappedEvent, Rejection } from '@sluice/core/sink';
import { distinctIdOf } from './distinct-id.js';
import { groupKeys } from './group-keys.js';
import { hashUuid } from './hash-uuid.js';
import { personText } from './property-text.js';

/** The event that creates a group and sets its properties. */
export const GROUP_IDENTIFY = '$groupidentify';

/** In UTF-16 units. PostHog drops an event with a longer key. Source: PostHog, `validate-event-properties.ts`. */
const MAX_KEY_LENGTH = 400;

/** What is sent of an event `$groupidentify` besides its properties. */
export interface GroupIdentity {
  /** Of the group and what is set, for the UTC day: what says the same again replaces it. */
  readonly uuid: string;
  /** As PostHog's own client has it. PostHog handles what has one distinct id in the order in which it arrives. */
  readonly distinctId: string;
  /** `"$group_type":…,"$group_key":…`, and `$group_set` if there is something to set. */
  readonly properties: string;
}

/**
 * The group that an event `$groupidentify` identifies: the one of its field `groups`. Undefined for any other event, and
 * for one that has the group in its properties.
 */
export function groupIdentity(event: MappedEvent, time: Instant): GroupIdentity | Rejection | undefined {
  if (event.event !== GROUP_IDENTIFY) return undefined;
  const [first, second] = groupKeys(event['groups']);
  if (first === undefined) return namesGroup(event) ? undefined : rejected('missing-group', MISSING);
  if (second !== undefined)
    return rejected('several-groups', '`groups` has several groups, and the event identifies one');
  const [type, key] = first;
  if (key.length > MAX_KEY_LENGTH) {
    return rejected('group-key-too-long', `the key of the group is longer than ${MAX_KEY_LENGTH} characters`);
  }
  const set = personText(event['group_set']);
  const day = new Date(time).toISOString().slice(0, 10);
  const distinctId = `$${type}_${key}`;
  return {
    uuid: hashUuid(JSON.stringify([day, type, key, set ?? null])),
    distinctId: distinctIdOf(distinctId) ?? distinctId,
    properties:
      `"$group_type":${JSON.stringify(type)},"$group_key":${JSON.stringify(key)}` +
      (set === undefined ? '' : `,"$group_set":${set}`),
  };
}

const MISSING = '`groups` has no group to identify: add a condition such as `when: … != null` to the event';

function namesGroup({ properties }: MappedEvent): boolean {
  return properties !== null && typeof properties === 'object' && '$group_key' in properties;
}

function rejected(reason: string, detail: string): Rejection {
  return { kind: 'rejected', reason, detail };
}
