import { eventId, type Encoding, type Instant, type JsonObject, type JsonValue, type MappedEvent } from '@sluice/core';
import { cleanJson, cleanText } from './clean-json.js';
import { cutLargeTexts } from './cut-texts.js';
import { distinctIdOf } from './distinct-id.js';
import { fitsMessage, MAX_EVENT_BYTES } from './event-size.js';
import { eventProblem, hyphenatedUuid, instantOf } from './event-problem.js';
import { propertyName } from './reserved-names.js';
import { toV0Event, toV1Event, type WireParts } from './wire-event.js';

export type Protocol = 'v0' | 'v1';

export interface EncodeOptions {
  readonly protocol: Protocol;
  /** `$lib` and `$lib_version` of v0; v1 takes them from a header. */
  readonly library: { readonly name: string; readonly version: string };
}

/**
 * Pure: a mapped event as PostHog's wire format has it, or why PostHog would never take it. Both protocols get the
 * stricter rule of the two, so that an event's identity does not depend on the protocol.
 */
export function encodeEvent(event: MappedEvent, options: EncodeOptions): Encoding {
  const problem = eventProblem(event);
  if (problem !== undefined) return problem;
  const parts = wireParts(event);
  const whole = serialise(parts, options);
  if (fitsMessage(whole.text, whole.bytes)) return encoded(event, parts, whole);
  const cutProperties = cutLargeTexts(parts.properties);
  const cut = cutProperties === undefined ? whole : serialise({ ...parts, properties: cutProperties }, options);
  if (fitsMessage(cut.text, cut.bytes)) return encoded(event, parts, cut);
  return {
    kind: 'rejected',
    reason: 'event-too-large',
    detail: `the event has ${cut.bytes} bytes, and PostHog drops what exceeds ${MAX_EVENT_BYTES} in its own encoding`,
  };
}

interface Serialised {
  readonly text: string;
  readonly bytes: number;
}

function serialise(parts: WireParts, { protocol, library }: EncodeOptions): Serialised {
  const text = JSON.stringify(protocol === 'v0' ? toV0Event(parts, library) : toV1Event(parts));
  return { text, bytes: Buffer.byteLength(text) };
}

function encoded(event: MappedEvent, parts: WireParts, { text, bytes }: Serialised): Encoding {
  return { kind: 'encoded', event: { id: eventId(event), uuid: parts.uuid, text, bytes, time: parts.time } };
}

function wireParts(event: MappedEvent): WireParts {
  const distinctId = distinctIdOf(textOf(event['distinct_id']));
  const anonymous = distinctId === undefined || event['anonymous'] === true;
  const time: Instant = instantOf(event['timestamp']) ?? 0;
  return {
    event: cleanText(event.event),
    uuid: event.uuid.toLowerCase(),
    distinctId: distinctId ?? event.uuid.toLowerCase(),
    time,
    timestamp: new Date(time).toISOString(),
    anonymous,
    sessionId: hyphenatedUuid(event['session_id']),
    set: anonymous ? {} : personProperties(event['set']),
    properties: eventProperties(event['properties']),
  };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function eventProperties(value: JsonValue | undefined): JsonObject {
  const properties: Record<string, JsonValue> = {};
  for (const [name, property] of entriesOf(value)) define(properties, propertyName(cleanText(name)), property);
  return properties;
}

function personProperties(value: JsonValue | undefined): JsonObject {
  const properties: Record<string, JsonValue> = {};
  for (const [name, property] of entriesOf(value)) {
    if (property !== null) define(properties, cleanText(name), property);
  }
  return properties;
}

function define(properties: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name === '__proto__') Object.defineProperty(properties, name, { value: cleanJson(value), enumerable: true });
  else properties[name] = cleanJson(value);
}

function entriesOf(value: JsonValue | undefined): [string, JsonValue][] {
  return value !== null && typeof value === 'object' ? Object.entries(value) : [];
}
