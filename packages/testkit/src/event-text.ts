import type { JsonValue } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';
import type { EventText, PageText, WriteValue } from '@sluice/core/text';
import { pageText } from './page-text.js';

export interface EventsAsText {
  readonly event: EventText;
  /** The events, in their order, are its records. */
  readonly page: PageText;
}

/**
 * Events as the texts of their values. All have the name and the fields of the first one, in its order. A field that is an
 * object is a map: a name that is missing in any of the events is omitted where it is null.
 */
export function eventText(events: readonly MappedEvent[]): EventsAsText {
  const [first] = events;
  if (first === undefined) throw new Error('the first event tells the fields');
  const { event, uuid: _uuid, ...others } = first;
  const fields = Object.entries(others).map(([name, value]): EventText['fields'][number] => {
    if (!isObject(value)) return { kind: 'value', name, write: writeJson((record) => events[record]?.[name]) };
    const objects = events.map((each) => objectOf(each[name]));
    const names = Object.keys(value).map((inner) => ({
      name: inner,
      omitNull: objects.some((each) => !Object.hasOwn(each, inner)),
      write: writeJson((record) => objects[record]?.[inner]),
    }));
    return { kind: 'map', name, nulls: 'kept', names };
  });
  const uuid: EventText['fields'][number] = {
    kind: 'value',
    name: 'uuid',
    write: writeJson((record) => events[record]?.uuid),
  };
  return {
    event: { event, includes: () => true, fields: [uuid, ...fields] },
    page: pageText({
      types: [],
      rows: events.map(() => []),
      keys: events.map((each) => each.uuid),
      createdAt: events.map(() => 0),
    }),
  };
}

function writeJson(valueOf: (record: number) => JsonValue | undefined): WriteValue {
  return (_page, record, output) => {
    const value = valueOf(record);
    if (value === undefined || value === null) return false;
    output.write(JSON.stringify(value));
    return true;
  };
}

function objectOf(value: JsonValue | undefined): Readonly<Record<string, JsonValue>> {
  return isObject(value) ? value : {};
}

function isObject(value: JsonValue | undefined): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
