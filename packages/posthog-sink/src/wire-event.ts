import type { Instant, JsonObject } from '@sluice/core';

/** What both wire formats are made of, cleaned and decided. */
export interface WireParts {
  readonly event: string;
  readonly uuid: string;
  readonly distinctId: string;
  readonly time: Instant;
  readonly timestamp: string;
  readonly anonymous: boolean;
  readonly sessionId: string | undefined;
  readonly set: JsonObject;
  readonly properties: JsonObject;
}

/**
 * An event of `POST /batch/`. Without `$geoip_disable` PostHog would place every person where this process runs. The
 * flag against person processing must be a boolean: a text is ignored, and the event billed as identified.
 */
export function toV0Event(parts: WireParts, library: { readonly name: string; readonly version: string }): object {
  return {
    event: parts.event,
    distinct_id: parts.distinctId,
    uuid: parts.uuid,
    timestamp: parts.timestamp,
    properties: Object.assign(
      sharedProperties(parts),
      parts.sessionId === undefined ? {} : { $session_id: parts.sessionId },
      parts.anonymous ? { $process_person_profile: false } : {},
      { $lib: library.name, $lib_version: library.version },
    ),
  };
}

/**
 * An event of `POST /i/v1/analytics/events`. The correction of clock skew would move a timestamp by the time that a
 * retry took, and over midnight UTC that makes a second event.
 */
export function toV1Event(parts: WireParts): object {
  return {
    event: parts.event,
    uuid: parts.uuid,
    distinct_id: parts.distinctId,
    timestamp: parts.timestamp,
    ...(parts.sessionId === undefined ? {} : { session_id: parts.sessionId }),
    options: {
      disable_skew_correction: true,
      ...(parts.anonymous ? { process_person_profile: false } : {}),
    },
    properties: sharedProperties(parts),
  };
}

function sharedProperties(parts: WireParts): JsonObject {
  const hasSet = Object.keys(parts.set).length > 0;
  return { ...parts.properties, ...(hasSet ? { $set: parts.set } : {}), $geoip_disable: true };
}
