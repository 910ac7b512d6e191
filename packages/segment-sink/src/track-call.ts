import { createHash } from 'node:crypto';
import { isObject, Unsendable } from '@sluice/adapter-kit';
import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';

/** Pure: an event as a track call. https://segment.com/docs/connections/spec/track/ */
export function trackCall(event: MappedEvent): JsonObject | Unsendable {
  if (event.event.trim() === '')
    return new Unsendable('no-name', 'the event has no name, which every track call needs');
  const [user, session] = [textOf(event['user']), textOf(event['session'])];
  const context = contextOf(event['groups'], session);
  return {
    type: 'track',
    messageId: messageId(event),
    event: event.event,
    // Without either, the destination refuses the call.
    ...(user === undefined ? { anonymousId: session ?? event.uuid } : { userId: user }),
    timestamp: event['time'] ?? null,
    properties: event['properties'] ?? {},
    ...(context !== undefined && { context }),
  };
}

/**
 * The destination drops a call whose `messageId` it has seen: it has the name in it, because events with different names
 * may share a uuid. Below 100 characters, as Segment asks.
 */
function messageId({ event, uuid }: MappedEvent): string {
  return `${uuid}-${createHash('sha256').update(event).digest('hex').slice(0, 8)}`;
}

/** `groupId` has room for one group: the first. */
function contextOf(groups: JsonValue | undefined, session: string | undefined): JsonObject | undefined {
  const [group] = isObject(groups) ? Object.values(groups).filter((id) => typeof id === 'string' && id !== '') : [];
  const context = {
    ...(typeof group === 'string' && { groupId: group }),
    ...(session !== undefined && { sessionId: session }),
  };
  return Object.keys(context).length === 0 ? undefined : context;
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
