import type { Instant } from '@sluice/core/adapter';

/** The cleaned parts that both wire formats share. */
export interface WireParts {
  readonly event: string;
  readonly uuid: string;
  readonly distinctId: string;
  readonly time: Instant;
  readonly timestamp: string;
  readonly anonymous: boolean;
  readonly sessionId: string | undefined;
  /** JSON text of an object; undefined when there is nothing to set. */
  readonly set?: string | undefined;
  /** The same of what is set once. */
  readonly setOnce?: string | undefined;
  /** JSON text of an object; undefined when the event belongs to no group. */
  readonly groups?: string | undefined;
  /** Of an event about a group: `"$group_type":…`, without braces. */
  readonly group?: string | undefined;
  /** JSON text of an object. */
  readonly properties: string;
}

/**
 * An event of `POST /batch/`, as JSON text. `$process_person_profile` must be a boolean: PostHog ignores a text and
 * charges for an identified event.
 */
export function v0Text(parts: WireParts, library: { readonly name: string; readonly version: string }): string {
  const { event, distinctId, uuid, timestamp, sessionId, anonymous } = parts;
  const more =
    (sessionId === undefined ? '' : `,"$session_id":"${sessionId}"`) +
    (anonymous ? ',"$process_person_profile":false' : '') +
    `,"$lib":${JSON.stringify(library.name)},"$lib_version":${JSON.stringify(library.version)}`;
  return (
    `{"event":${JSON.stringify(event)},"distinct_id":${JSON.stringify(distinctId)},"uuid":"${uuid}"` +
    `,"timestamp":"${timestamp}","properties":${propertiesWith(parts, more)}}`
  );
}

/**
 * An event of `POST /i/v1/analytics/events`, as JSON text. Skew correction would shift a timestamp by the duration of a
 * retry, and a shift past midnight UTC makes a second event.
 */
export function v1Text(parts: WireParts): string {
  const { event, distinctId, uuid, timestamp, sessionId, anonymous } = parts;
  return (
    `{"event":${JSON.stringify(event)},"uuid":"${uuid}","distinct_id":${JSON.stringify(distinctId)}` +
    `,"timestamp":"${timestamp}"${sessionId === undefined ? '' : `,"session_id":"${sessionId}"`}` +
    `,"options":{"disable_skew_correction":true${anonymous ? ',"process_person_profile":false' : ''}}` +
    `,"properties":${propertiesWith(parts, '')}}`
  );
}

/** Without `$geoip_disable` PostHog would place every person where this process runs. */
function propertiesWith({ properties, set, setOnce, groups, group }: WireParts, more: string): string {
  const own = properties.length > 2 ? `${properties.slice(0, -1)},` : '{';
  const fields =
    (set === undefined ? '' : `"$set":${set},`) +
    (setOnce === undefined ? '' : `"$set_once":${setOnce},`) +
    (groups === undefined ? '' : `"$groups":${groups},`) +
    (group === undefined ? '' : `${group},`);
  return `${own}${fields}"$geoip_disable":true${more}}`;
}
