import { FixedBytes, type EventText, type PageText, type TextOutput, type WriteEvent } from '@sluice/core/text';
import { cleanText } from './clean-json.js';
import type { EncodeOptions } from './encode-event.js';
import { nameProblem } from './event-problem.js';
import { fitsWithAnyText } from './event-size.js';
import { GROUP_IDENTIFY } from './group-identify.js';
import { writtenFields, type WriteNames, type WrittenFields } from './written-fields.js';

const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const OPENING_BRACE = 0x7b;

/**
 * Writes events as `encodeEvent` does, byte for byte, or declines them. Undefined if it would decline every event of this
 * kind.
 */
export function writeEventText(event: EventText, options: Omit<EncodeOptions, 'shorten'>): WriteEvent | undefined {
  const name = event.event;
  if (name === GROUP_IDENTIFY) return undefined;
  if (nameProblem(name) !== undefined || cleanText(name) !== name) return undefined;
  const fields = writtenFields(event);
  if (fields === undefined) return undefined;
  const write = options.protocol === 'v0' ? v0Writer(name, fields, options.library) : v1Writer(name, fields);
  return (page, record, output) => {
    const time = write(page, record, output);
    if (hasUnicodeEscape(output) || !fitsWithAnyText(output.length - output.start)) output.decline();
    return time;
  };
}

function v0Writer(name: string, fields: WrittenFields, library: EncodeOptions['library']): WriteEvent {
  const start = new FixedBytes(`{"event":${JSON.stringify(name)},"distinct_id":`);
  const beforeUuid = new FixedBytes(',"uuid":');
  const beforeTimestamp = new FixedBytes(',"timestamp":');
  const beforeProperties = new FixedBytes(',"properties":');
  const beforeSession = new FixedBytes(',"$session_id":');
  const noProfile = new FixedBytes(',"$process_person_profile":false');
  const { name: libraryName, version } = library;
  const end = new FixedBytes(`,"$lib":${JSON.stringify(libraryName)},"$lib_version":${JSON.stringify(version)}}}`);
  return (page, record, output) => {
    const isAnonymous = fields.isAnonymous(page, record, output);
    output.append(start);
    if (!fields.distinctId(page, record, output)) return undefined;
    output.append(beforeUuid);
    if (!fields.uuid(page, record, output)) return undefined;
    output.append(beforeTimestamp);
    const time = fields.timestamp(page, record, output);
    if (time === undefined) return undefined;
    output.append(beforeProperties);
    writeProperties(fields, isAnonymous, page, record, output);
    writeSession(fields, beforeSession, page, record, output);
    if (isAnonymous) output.append(noProfile);
    output.append(end);
    return time;
  };
}

function v1Writer(name: string, fields: WrittenFields): WriteEvent {
  const start = new FixedBytes(`{"event":${JSON.stringify(name)},"uuid":`);
  const beforeDistinctId = new FixedBytes(',"distinct_id":');
  const beforeTimestamp = new FixedBytes(',"timestamp":');
  const beforeSession = new FixedBytes(',"session_id":');
  const options = new FixedBytes(',"options":{"disable_skew_correction":true');
  const noProfile = new FixedBytes(',"process_person_profile":false');
  const beforeProperties = new FixedBytes('},"properties":');
  const end = new FixedBytes('}}');
  return (page, record, output) => {
    const isAnonymous = fields.isAnonymous(page, record, output);
    output.append(start);
    if (!fields.uuid(page, record, output)) return undefined;
    output.append(beforeDistinctId);
    if (!fields.distinctId(page, record, output)) return undefined;
    output.append(beforeTimestamp);
    const time = fields.timestamp(page, record, output);
    if (time === undefined) return undefined;
    writeSession(fields, beforeSession, page, record, output);
    output.append(options);
    if (isAnonymous) output.append(noProfile);
    output.append(beforeProperties);
    writeProperties(fields, isAnonymous, page, record, output);
    output.append(end);
    return time;
  };
}

const SET = new FixedBytes(',"$set":');
const SET_ONCE = new FixedBytes(',"$set_once":');
const GROUPS = new FixedBytes(',"$groups":');
const END_OF_MAP = new FixedBytes('}');
const NO_GEOIP = new FixedBytes(',"$geoip_disable":true');

/** Appends the properties without their closing brace. */
function writeProperties(
  fields: WrittenFields,
  isAnonymous: boolean,
  page: PageText,
  record: number,
  output: TextOutput,
): void {
  const start = output.length;
  fields.properties(page, record, output);
  if (!isAnonymous) {
    writeMap(SET, fields.set, page, record, output);
    writeMap(SET_ONCE, fields.setOnce, page, record, output);
    writeMap(GROUPS, fields.groups, page, record, output);
  }
  output.append(NO_GEOIP);
  // Every property begins with a comma.
  output.bytes[start] = OPENING_BRACE;
}

/** Appends a map, unless it is empty. */
function writeMap(name: FixedBytes, writeNames: WriteNames, page: PageText, record: number, output: TextOutput): void {
  const before = output.length;
  output.append(name);
  const start = output.length;
  writeNames(page, record, output);
  if (output.length === start) {
    output.length = before;
    return;
  }
  output.bytes[start] = OPENING_BRACE;
  output.append(END_OF_MAP);
}

function writeSession(
  fields: WrittenFields,
  start: FixedBytes,
  page: PageText,
  record: number,
  output: TextOutput,
): void {
  const before = output.length;
  output.append(start);
  if (!fields.sessionId(page, record, output)) output.length = before;
}

/**
 * `JSON.stringify` writes whatever PostHog's parser refuses as such an escape, and some valid text too. The search for the
 * first backslash is many times faster than a loop; behind the event stands one that ends it.
 */
function hasUnicodeEscape({ bytes, start, length }: TextOutput): boolean {
  bytes[length] = BACKSLASH;
  let at = bytes.indexOf(BACKSLASH, start);
  while (at !== -1 && at < length) {
    if (bytes[at + 1] === LETTER_U) return true;
    at += 2;
    while (at < length && bytes[at] !== BACKSLASH) at += 1;
  }
  return false;
}
