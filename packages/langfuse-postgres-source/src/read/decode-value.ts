import type { JsonValue } from '@sluice/core/adapter';
import type { FieldValue, Row } from '@sluice/core/source';
import { z } from 'zod';
import type { SourceField } from '../fields/source-field.js';
import type { TextRow } from './read-only-transactions.js';

/** No finite double has more digits before the point. */
const LONGEST_DOUBLE = 308;

const TEXTS = z.array(z.string().nullable());

export function decodeRow(fields: readonly SourceField[], values: TextRow): Row {
  return fields.map((field, index) => decodeValue(field, values[index] ?? null));
}

/** The database's text as the value that the contract of `Source` asks for. */
function decodeValue(field: SourceField, text: string | null): FieldValue {
  if (text === null) return null;
  if (field.type === 'json') return parseJson(text);
  if (field.type === 'boolean') return text === 't';
  if (field.type === 'number' || field.type === 'timestamp') return finite(Number(text));
  if (field.type === 'text[]') {
    return TEXTS.parse(JSON.parse(text)).filter((element) => element !== null);
  }
  return field.blankIsNull === true && text.trim() === '' ? null : text;
}

/** JSON in PostgreSQL holds numbers of any size. One that is too large for a double becomes null. */
function parseJson(text: string): JsonValue {
  const value: JsonValue =
    text.length <= LONGEST_DOUBLE
      ? JSON.parse(text)
      : JSON.parse(text, (_key, part: JsonValue) => (typeof part === 'number' ? finite(part) : part));
  return value;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
