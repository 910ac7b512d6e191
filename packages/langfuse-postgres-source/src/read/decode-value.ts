import type { FieldType, FieldValue, RecordPage, RecordProblem, Row } from '@sluice/core/source';
import { z } from 'zod';
import type { SourceField } from '../fields/source-field.js';
import type { Selection } from '../sql/selection.js';
import { parseJson } from './parse-json.js';
import type { TextRow } from './query.js';

/** JavaScript has no dates further from 1970. */
const FURTHEST_MS = 8.64e15;

const TEXTS = z.array(z.string().nullable());

/** What is wrong with a value that cannot be decoded. It quotes nothing: the value may be personal. */
const UNREADABLE: Readonly<Record<FieldType, string>> = {
  text: 'is null',
  number: 'is not a finite number',
  boolean: 'is null',
  timestamp: 'is infinite, or beyond the year 275760',
  'text[]': 'is not a plain list of texts',
  json: 'cannot be read as JSON',
};

/**
 * Records as the contract of `Source` asks for them. A value that cannot be decoded is null, and its record's problem.
 * `known`: the problem of every row, which then have no values.
 */
export function decodeRows(
  { fields, names }: Selection,
  rows: readonly TextRow[],
  known?: RecordProblem,
): Pick<RecordPage, 'rows' | 'problems'> {
  const problems = new Map<number, RecordProblem>();
  const decoded = rows.map((values, row): Row => {
    if (known !== undefined) problems.set(row, known);
    return fields.map((field, index) => {
      const value = decodeValue(field, values[index] ?? null);
      if (value !== undefined && (value !== null || field.nullable)) return value;
      if (!problems.has(row)) problems.set(row, { field: names[index] ?? '', reason: UNREADABLE[field.type] });
      return null;
    });
  });
  return problems.size === 0 ? { rows: decoded } : { rows: decoded, problems };
}

/** The database's text as the value that the contract of `Source` asks for; undefined if there is no such value. */
function decodeValue(field: SourceField, text: string | null): FieldValue | undefined {
  if (text === null) return null;
  if (field.type === 'json') return jsonOf(text);
  if (field.type === 'boolean') return text === 't';
  if (field.type === 'number') return within(Number(text), Number.MAX_VALUE);
  if (field.type === 'timestamp') return within(Number(text), FURTHEST_MS);
  if (field.type === 'text[]') return TEXTS.safeParse(jsonOf(text)).data?.filter((element) => element !== null);
  return field.blankIsNull === true && text.trim() === '' ? null : text;
}

/** Undefined for what JavaScript cannot parse, such as lists that are nested thousands of times. */
function jsonOf(text: string): FieldValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function within(value: number, largest: number): number | null {
  return Math.abs(value) <= largest ? value : null;
}
