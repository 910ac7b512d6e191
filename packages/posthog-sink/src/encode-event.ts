import type { JsonValue } from '@sluice/core/adapter';
import { eventId, type EncodedEvent, type Encoding, type MappedEvent } from '@sluice/core/sink';
import { isAiEvent, MAX_AI_EVENT_BYTES } from './ai/large-ai-events.js';
import { cleanText } from './clean-json.js';
import { distinctIdOf } from './distinct-id.js';
import { fitsMessage, MAX_EVENT_BYTES } from './event-size.js';
import { eventProblem, hyphenatedUuid, instantOf } from './event-problem.js';
import { groupIdentity, type GroupIdentity } from './group-identify.js';
import { groupsText } from './group-keys.js';
import { cleanProperties, personText, propertiesText, withoutNames } from './property-text.js';
import { shortenTexts } from './shorten-texts.js';
import { v0Text, v1Text, type WireParts } from './wire-event.js';

export type Protocol = 'v0' | 'v1';

/** An encoded event, with the route that it takes. */
export interface PosthogEvent extends EncodedEvent {
  /** The protocol of the route for large AI events; absent for every event that takes the ordinary route. */
  readonly aiRoute?: Protocol;
}

export interface EncodeOptions {
  readonly protocol: Protocol;
  /** `$lib` and `$lib_version` of v0; v1 takes them from a header. */
  readonly library: { readonly name: string; readonly version: string };
  /** Properties whose texts are cut before the event is rejected as too large. */
  readonly shorten: readonly string[];
  /** The protocol of the host's route for large AI events; undefined if the host has none. */
  readonly aiRoute?: Protocol | undefined;
}

/**
 * Pure: a mapped event in PostHog's wire format, or why PostHog would never take it. Both protocols follow the stricter
 * rule of the two, so that an event's identity does not depend on the protocol.
 */
export function encodeEvent(event: MappedEvent, options: EncodeOptions): Encoding {
  const problem = eventProblem(event);
  if (problem !== undefined) return problem;
  const group = groupIdentity(event);
  if (group !== undefined && 'kind' in group) return group;
  const parts = wireParts(event, group);
  const whole = serialise(parts, options);
  if (fitsMessage(whole.text, whole.bytes)) return encoded(event, parts, whole);
  const large = largeAiEvent(parts, options);
  if (large !== undefined) return encoded(event, parts, large);
  const shortened = shortenTexts(cleanProperties(ownProperties(event, parts)), options.shorten);
  if (shortened === undefined) return rejected(parts, whole, options);
  const cutParts = { ...parts, properties: JSON.stringify(shortened) };
  const cut = serialise(cutParts, options);
  if (fitsMessage(cut.text, cut.bytes)) return encoded(event, parts, cut);
  const stillLarge = largeAiEvent(cutParts, options);
  return stillLarge === undefined ? rejected(parts, cut, options) : encoded(event, parts, stillLarge);
}

interface Serialised extends Pick<PosthogEvent, 'text' | 'bytes' | 'aiRoute'> {}

/** The event for the route of large AI events; undefined if it cannot take it. */
function largeAiEvent(parts: WireParts, options: EncodeOptions): Serialised | undefined {
  const { aiRoute } = options;
  if (aiRoute === undefined || !isAiEvent(parts.event)) return undefined;
  const { text, bytes } = serialise(parts, { ...options, protocol: aiRoute });
  return bytes > MAX_AI_EVENT_BYTES ? undefined : { text, bytes, aiRoute };
}

function rejected({ event }: WireParts, { bytes }: Serialised, { aiRoute }: EncodeOptions): Encoding {
  const detail =
    aiRoute !== undefined && isAiEvent(event)
      ? `the event has ${bytes} bytes, and PostHog takes AI events of at most ${MAX_AI_EVENT_BYTES}`
      : `the event has ${bytes} bytes, and PostHog drops events of more than ${MAX_EVENT_BYTES} in its own encoding`;
  return { kind: 'rejected', reason: 'event-too-large', detail };
}

function serialise(parts: WireParts, { protocol, library }: EncodeOptions): Serialised {
  const text = protocol === 'v0' ? v0Text(parts, library) : v1Text(parts);
  return { text, bytes: Buffer.byteLength(text) };
}

function encoded(event: MappedEvent, parts: WireParts, serialised: Serialised): Encoding {
  const uuid = event.uuid.toLowerCase();
  const sent: PosthogEvent = { id: eventId(event), uuid, time: parts.time, ...serialised };
  // The engine keeps the record's own uuid: events that say the same of a group need not wait for each other.
  return { kind: 'encoded', event: parts.uuid === uuid ? sent : { ...sent, sentUuid: parts.uuid } };
}

function wireParts(event: MappedEvent, group: GroupIdentity | undefined): WireParts {
  if (group !== undefined) return groupParts(event, group);
  const uuid = event.uuid.toLowerCase();
  const distinctId = distinctIdOf(textOf(event['distinct_id']));
  const anonymous = distinctId === undefined || event['anonymous'] === true;
  const time = instantOf(event['timestamp']) ?? 0;
  const groups = anonymous ? undefined : groupsText(event['groups']);
  return {
    event: cleanText(event.event),
    uuid,
    distinctId: distinctId ?? uuid,
    time,
    timestamp: new Date(time).toISOString(),
    anonymous,
    sessionId: hyphenatedUuid(event['session_id']),
    set: anonymous ? undefined : personText(event['set']),
    setOnce: anonymous ? undefined : personText(event['set_once']),
    groups,
    properties: propertiesText(ownProperties(event, { groups })),
  };
}

/** An event about a group is no person's: PostHog drops an anonymous one. */
function groupParts(event: MappedEvent, { uuid, distinctId, properties }: GroupIdentity): WireParts {
  const time = instantOf(event['timestamp']) ?? 0;
  return {
    event: event.event,
    uuid,
    distinctId,
    time,
    timestamp: new Date(time).toISOString(),
    anonymous: false,
    sessionId: undefined,
    group: properties,
    properties: propertiesText(ownProperties(event, { group: properties })),
  };
}

const OF_GROUP = ['$groups', '$group_type', '$group_key', '$group_set'];

/** The properties, without those in whose place a field of the event is sent. */
function ownProperties(
  event: MappedEvent,
  { groups, group }: Pick<WireParts, 'groups' | 'group'>,
): JsonValue | undefined {
  const properties = event['properties'];
  if (group !== undefined) return withoutNames(properties, OF_GROUP);
  return groups === undefined ? properties : withoutNames(properties, ['$groups']);
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
