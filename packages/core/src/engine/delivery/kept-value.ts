import { ExactNumber } from '../../contracts/exact-number.js';
import type { FieldValue, JsonValue } from '../../contracts/value.js';

/** A value as a dead letter keeps it: a number that JSON cannot hold as its digits. */
export function keptValue(value: FieldValue): JsonValue {
  if (value instanceof ExactNumber) return value.digits;
  if (Array.isArray(value)) return value.map(keptValue);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, keptValue(part)]));
}
