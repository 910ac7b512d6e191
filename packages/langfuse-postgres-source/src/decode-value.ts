import type { FieldValue, JsonValue } from '@sluice/core';
import type { SourceField } from './fields/source-field.js';

/** No finite double needs more digits than this before its point. */
const LONGEST_DOUBLE = 308;

/** A value as the database wrote it, as text, in the form that the contract asks for. */
export function decodeValue(field: SourceField, text: string | null): FieldValue {
  if (text === null) return null;
  if (field.type === 'json') return parseJson(text);
  if (field.type === 'boolean') return text === 't';
  if (field.type === 'number' || field.type === 'timestamp') return finite(Number(text));
  if (field.type === 'text[]') {
    return (JSON.parse(text) as readonly (string | null)[]).filter((element) => element !== null);
  }
  return field.blankIsNull === true && text.trim() === '' ? null : text;
}

/** PostgreSQL's JSON holds numbers of any size; one that no double can hold is null, like any value that is not finite. */
function parseJson(text: string): JsonValue {
  if (text.length <= LONGEST_DOUBLE) return JSON.parse(text) as JsonValue;
  return JSON.parse(text, (_key, value: JsonValue) => (typeof value === 'number' ? finite(value) : value)) as JsonValue;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
