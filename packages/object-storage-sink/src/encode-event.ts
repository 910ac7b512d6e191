import type { Instant } from '@sluice/core/adapter';
import { eventId, type Encoding, type MappedEvent } from '@sluice/core/sink';
import { writeMappedEvent, type EventText, type WriteEvent } from '@sluice/core/text';
import { instantOf } from './instant-of.js';

/** What `JSON.stringify` writes for half of a surrogate pair, behind an even number of backslashes. */
const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/gu;
const SURROGATE = '\\ud';

/**
 * The event as mapped, as JSON. Half of a surrogate pair is no character: readers such as DuckDB refuse a whole file for
 * one, so that it becomes U+FFFD.
 */
export function encodeEvent(event: MappedEvent, timeField: string): Encoding {
  const json = JSON.stringify(event);
  const text = json.includes(SURROGATE) ? json.replace(LONE_SURROGATE, '$1\uFFFD') : json;
  const bytes = Buffer.byteLength(text);
  return {
    kind: 'encoded',
    event: { id: eventId(event), uuid: event.uuid, text, bytes, time: instantOf(event[timeField]) },
  };
}

/** Writes events as `encodeEvent` encodes them; undefined if an object would order the names differently. */
export function eventWriter(event: EventText, timeField: string): WriteEvent | undefined {
  let time: Instant | undefined;
  const fields = event.fields.map((field): EventText['fields'][number] => {
    if (field.kind !== 'value' || field.name !== timeField) return field;
    return {
      ...field,
      write: (page, record, output) => {
        const start = output.length;
        const isWritten = field.write(page, record, output);
        // Between its quotation marks.
        time = isWritten ? instantOf(output.bytes.toString('latin1', start + 1, output.length - 1)) : undefined;
        return isWritten;
      },
    };
  });
  const write = writeMappedEvent({ ...event, fields });
  if (write === undefined) return undefined;
  return (page, record, output) => {
    time = undefined;
    write(page, record, output);
    if (output.bytes.subarray(output.start, output.length).includes(SURROGATE)) output.decline();
    return time;
  };
}
