import { ExactNumber } from '../contracts/exact-number.js';
import type { FieldValue } from '../contracts/value.js';

/** A value as JSON, as `JSON.stringify` writes it, and an `ExactNumber` with its digits: what `parseJson` reads. */
export function exactJson(value: FieldValue): string {
  if (value instanceof ExactNumber) return value.digits;
  if (Array.isArray(value)) return `[${value.map(exactJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${exactJson(member)}`);
  return `{${members.join(',')}}`;
}
