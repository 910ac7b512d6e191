import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import { eventId, type Encoding, type MappedEvent, type Rejection } from '@sluice/core/sink';
import { isStorable } from './storable-text.js';
import { PROPERTIES, type TableColumns } from './table-columns.js';

/** How JSON writes what Postgres cannot store. A text that spells it out has two backslashes. */
const MAY_BE_UNSTORABLE = /\\(?:u0000|ud[89a-f])/;

/** Pure: an event as one row, a JSON object by the names of the columns. */
export function encodeRow(event: MappedEvent, columns: TableColumns): Encoding {
  const row = rowOf(event, columns);
  const text = JSON.stringify(row);
  const problem = MAY_BE_UNSTORABLE.test(text) ? textProblem(row) : undefined;
  if (problem !== undefined) return problem;
  const { uuid } = event;
  const time = instantOf(event['time']);
  return { kind: 'encoded', event: { id: eventId(event), uuid, text, bytes: Buffer.byteLength(text), time } };
}

function instantOf(value: JsonValue | undefined): number | undefined {
  const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

function rowOf(event: MappedEvent, { ofField, ofProperty }: TableColumns): JsonObject {
  const { event: name, uuid, [PROPERTIES]: properties, ...fields } = event;
  const row: [string, JsonValue][] = [];
  const rest: [string, JsonValue][] = [];
  const put = (column: string | undefined, of: string, value: JsonValue): unknown =>
    column === undefined ? rest.push([of, value]) : row.push([column, value]);
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined) put(ofField.get(field), field, value);
  }
  if (isObject(properties)) {
    for (const [property, value] of Object.entries(properties)) put(ofProperty.get(property), property, value);
  } else if (properties !== undefined) put(ofField.get(PROPERTIES), PROPERTIES, properties);
  return Object.fromEntries([
    ['event', name],
    ['uuid', uuid],
    ...row,
    ...(rest.length === 0 ? [] : [[PROPERTIES, Object.fromEntries(rest)] as const]),
  ]);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textProblem(row: JsonObject): Rejection | undefined {
  for (const [column, value] of Object.entries(row)) {
    if (everyText(value, isStorable)) continue;
    const detail = `column ${column}: the text has a NUL character or half of a surrogate pair, which Postgres cannot store`;
    return { kind: 'rejected', reason: 'text-not-storable', detail };
  }
  return undefined;
}

/** Whether all texts in a value, names included, have a quality. */
function everyText(value: JsonValue, has: (text: string) => boolean): boolean {
  if (typeof value === 'string') return has(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, each]) => has(name) && everyText(each, has));
}
