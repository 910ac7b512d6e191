import { parseJson, type FieldType, type FieldValue } from '@sluice/core/source';
import { z } from 'zod';
import type { TextRecords } from './text-records.js';

/** JavaScript has no dates further from 1970. */
const FURTHEST_MS = 8.64e15;

const TEXTS = z.array(z.string().nullable());

/** What is wrong with a value that cannot be decoded. It quotes nothing: the value may be personal. */
export const UNREADABLE: Readonly<Record<FieldType, string>> = {
  text: 'is null',
  number: 'is not a finite number',
  boolean: 'is null',
  timestamp: 'is infinite, or beyond the year 275760',
  'text[]': 'is not a plain list of texts',
  json: 'cannot be read as JSON',
};

/** The value that the contract of `Source` asks for; null if it has none, and undefined if there is no such value. */
export function decodeValue(
  type: FieldType,
  records: TextRecords,
  record: number,
  column: number,
): FieldValue | undefined {
  if (type === 'timestamp') return within(records.time(record, column), FURTHEST_MS);
  const text = records.text(record, column);
  if (text === null || type === 'text') return text;
  if (type === 'json') return jsonOf(text);
  if (type === 'boolean') return text === 't';
  if (type === 'number') return within(Number(text), Number.MAX_VALUE);
  return TEXTS.safeParse(jsonOf(text)).data?.filter((element) => element !== null);
}

/** Undefined for what JavaScript cannot parse, such as lists that are nested thousands of times. */
function jsonOf(text: string): FieldValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function within(value: number | null, largest: number): number | null {
  return value !== null && Math.abs(value) <= largest ? value : null;
}
