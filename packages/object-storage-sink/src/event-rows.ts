import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';
import type { EventColumn } from './event-columns.js';
import { instantOf } from './instant-of.js';

/** A value of a column: a timestamp is its milliseconds since 1970. */
export type Cell = JsonValue | bigint;

/** The values of some events, column by column. */
export interface EventRows {
  readonly columns: readonly (readonly Cell[])[];
  /** What of each event has no column, or another type than its column, in the event's own shape; null if nothing. */
  readonly extra: readonly (JsonObject | null)[];
}

type Place = number | ReadonlyMap<string, number>;

/** Makes a function that puts events into columns. */
export function eventRows(columns: readonly EventColumn[]): (events: readonly MappedEvent[]) => EventRows {
  const places = placesOf(columns);
  return (events) => {
    const cells = columns.map(() => Array<Cell>(events.length).fill(null));
    const extra = events.map((event, row) => {
      const put = (index: number | undefined, value: JsonValue): boolean => {
        const [column, ofColumn] = [columns[index ?? -1], cells[index ?? -1]];
        const cell = column === undefined ? undefined : cellOf(column.type, value);
        if (cell === undefined || ofColumn === undefined) return false;
        ofColumn[row] = cell;
        return true;
      };
      return leftOver(event, (field, value) => {
        const place = places.get(field);
        if (typeof place === 'number') return put(place, value) ? undefined : value;
        if (!isObject(value)) return value;
        return leftOver(value, (key, inner) => (put(place?.get(key), inner) ? undefined : inner)) ?? undefined;
      });
    });
    return { columns: cells, extra };
  };
}

/** Where the values of a field, or the names in it, go. */
function placesOf(columns: readonly EventColumn[]): ReadonlyMap<string, Place> {
  const places = new Map<string, number | Map<string, number>>();
  for (const [index, { field, key }] of columns.entries()) {
    const known = places.get(field);
    if (key === undefined) places.set(field, index);
    else if (known instanceof Map) known.set(key, index);
    else if (known === undefined) places.set(field, new Map([[key, index]]));
  }
  return places;
}

/** The entries of an object for which `rest` returns something; nulls are like absent ones. */
function leftOver(
  object: MappedEvent | JsonObject,
  rest: (name: string, value: JsonValue) => JsonValue | undefined,
): JsonObject | null {
  const left: [name: string, value: JsonValue][] = [];
  for (const [name, value] of Object.entries(object)) {
    if (value === null || value === undefined || name === 'event' || name === 'uuid') continue;
    const kept = rest(name, value);
    if (kept !== undefined) left.push([name, kept]);
  }
  return left.length === 0 ? null : Object.fromEntries(left);
}

/** The value as its column holds it; undefined if it has another type. */
function cellOf(type: EventColumn['type'], value: JsonValue): Cell | undefined {
  switch (type) {
    case 'text':
      return typeof value === 'string' ? value : undefined;
    case 'number':
    case 'boolean':
      return typeof value === type ? value : undefined;
    case 'timestamp': {
      const instant = instantOf(value);
      return instant === undefined ? undefined : BigInt(instant);
    }
    case 'text[]':
      return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
    case 'json':
      break;
  }
  return value;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
