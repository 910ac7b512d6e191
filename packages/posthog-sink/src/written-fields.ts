import type { Instant } from '@sluice/core/adapter';
import {
  keepsOrder,
  writeEntries,
  type EventText,
  type EventTextMap,
  type PageText,
  type TextOutput,
  type WriteValue,
} from '@sluice/core/text';
import { cleanText } from './clean-json.js';
import { isTooDeep } from './is-too-deep.js';
import { propertyName } from './reserved-names.js';
import { isSentAsWritten } from './written-distinct-id.js';
import { writtenInstant } from './written-timestamp.js';
import { lowerUuid } from './written-uuid.js';

const TRUE = 't'.charCodeAt(0);
const QUOTE = 0x22;

type Names = EventTextMap['names'];

export type WriteNames = ReturnType<typeof writeEntries>;

/**
 * The fields of this sink's events as they are sent. What is appended is what `encodeEvent` writes; where that may be
 * something else than the mapped value, the event is declined.
 */
export interface WrittenFields {
  uuid(page: PageText, record: number, output: TextOutput): boolean;
  distinctId(page: PageText, record: number, output: TextOutput): boolean;
  timestamp(page: PageText, record: number, output: TextOutput): Instant | undefined;
  /** Appends nothing. */
  isAnonymous(page: PageText, record: number, output: TextOutput): boolean;
  /** Whether there is a session id; appends it. */
  sessionId(page: PageText, record: number, output: TextOutput): boolean;
  /** Each property as `,"name":value`. */
  readonly properties: WriteNames;
  /** What is set on the person, in the same form. */
  readonly set: WriteNames;
  readonly setOnce: WriteNames;
  /** The groups of the event, in the same form. */
  readonly groups: WriteNames;
}

/** Undefined if `encodeEvent` could reject or reorder the events because of their fields and names. */
export function writtenFields({ fields }: EventText): WrittenFields | undefined {
  const values = new Map<string, WriteValue>();
  const maps = new Map<string, Names>();
  for (const field of fields) {
    if (field.kind === 'value') values.set(field.name, field.write);
    else maps.set(field.name, field.names);
  }
  const [uuid, distinctId, timestamp] = ['uuid', 'distinct_id', 'timestamp'].map((name) => values.get(name));
  if (uuid === undefined || distinctId === undefined || timestamp === undefined) return undefined;
  const properties = sent(maps.get('properties') ?? [], propertyName);
  const [set, setOnce] = ['set', 'set_once'].map((name) => withoutNulls(sent(maps.get(name) ?? [], (same) => same)));
  const groups = withoutNulls(sent(maps.get('groups') ?? [], (name) => name).map(asGroupKey));
  if (set === undefined || setOnce === undefined) return undefined;
  const lists = [fields, properties, set, setOnce, groups];
  if (!lists.every((all) => keepsOrder(all.map(({ name }) => name)))) return undefined;
  // The object path leaves the property out where the event has groups.
  if (groups.length > 0 && properties.some(({ name }) => name === '$groups')) return undefined;
  const anonymous = values.get('anonymous');
  const sessionId = values.get('session_id');
  return {
    uuid: (page, record, output) => {
      const start = output.length;
      output.uuidStart = start + 1;
      const isValid = uuid(page, record, output) && lowerUuid(output.bytes, start, output.length);
      return isValid || output.decline();
    },
    distinctId: (page, record, output) => {
      const start = output.length;
      const isThere = distinctId(page, record, output) && !output.isDeclined;
      return (isThere && isSentAsWritten(output, start)) || output.decline();
    },
    timestamp: (page, record, output) => {
      const start = output.length;
      const isWritten = timestamp(page, record, output);
      const instant = isWritten ? writtenInstant(output.bytes, start, output.length) : undefined;
      if (instant === undefined) output.decline();
      return instant;
    },
    isAnonymous: (page, record, output) => {
      if (anonymous === undefined) return false;
      const start = output.length;
      const isTrue = anonymous(page, record, output) && output.bytes[start] === TRUE;
      output.length = start;
      return isTrue;
    },
    sessionId: (page, record, output) => {
      if (sessionId === undefined) return false;
      const start = output.length;
      return sessionId(page, record, output) && lowerUuid(output.bytes, start, output.length);
    },
    properties: writeEntries(properties),
    set: writeEntries(set),
    setOnce: writeEntries(setOnce),
    groups: writeEntries(groups),
  };
}

function withoutNulls(names: Names): Names {
  return names.map((each) => ({ ...each, omitNull: true }));
}

/** The key of a group: a text that is not empty. What else may become one, the object path decides. */
function asGroupKey({ name, omitNull, write }: Names[number]): Names[number] {
  return {
    name,
    omitNull,
    write: (page, record, output) => {
      const start = output.length;
      if (!write(page, record, output)) return false;
      if (output.bytes[start] !== QUOTE) return output.decline();
      return output.length - start > 2;
    },
  };
}

function sent(names: Names, nameOf: (name: string) => string): Names {
  return names.map(({ name, omitNull, write }) => ({
    name: nameOf(cleanText(name)),
    omitNull,
    write: (page, record, output) => {
      const start = output.length;
      if (!write(page, record, output)) return false;
      return !isTooDeep(output.bytes, start, output.length) || output.decline();
    },
  }));
}
