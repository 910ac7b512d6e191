import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import { isRealDay, type FieldRequest, type FieldSchema, type FieldValue } from '@sluice/core/source';
import { isObject } from './http-answer.js';

/** The day at the beginning of a time in ISO 8601. */
const DAY = /^(?:[+-]\d\d)?\d{4}-\d\d-\d\d/;

/** A time in ISO 8601 that does not say in which zone: JavaScript would take that of this machine. */
const ZONELESS = /^(?:[+-]\d\d)?\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/i;

/** What a value cannot be taken for, as the predicate of a sentence about its field. */
export class WrongValue {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Below a path such as `user.id`; null if something on the way is missing. Own properties only. */
export function valueAt(record: JsonValue, path: readonly (string | number)[]): JsonValue {
  let value: JsonValue = record;
  for (const step of path) {
    if (Array.isArray(value)) value = (typeof step === 'number' ? value[step] : undefined) ?? null;
    else if (isObject(value) && Object.hasOwn(value, step)) value = value[step] ?? null;
    else return null;
  }
  return value;
}

/**
 * The value of a field as its type in the schema asks for it. A time is a text of ISO 8601, in UTC unless it says otherwise,
 * or milliseconds since 1970.
 */
export function fieldValue(
  record: JsonObject,
  { path = [] }: FieldRequest,
  { type, nullable }: FieldSchema,
  fieldPath: string,
): FieldValue | WrongValue {
  const value = valueAt(record, fieldPath.split('.'));
  if (value === null) return nullable ? null : new WrongValue('is missing');
  switch (type) {
    case 'text':
      return typeof value === 'string' ? value : new WrongValue('is not a text');
    case 'number':
      if (typeof value !== 'number' || !Number.isFinite(value)) return new WrongValue('is not a finite number');
      return isRounded(value) ? new WrongValue('has more digits than a number holds') : value;
    case 'boolean':
      return typeof value === 'boolean' ? value : new WrongValue('is neither true nor false');
    case 'timestamp': {
      const at = typeof value === 'string' ? instantOf(value) : value;
      return typeof at === 'number' && Number.isFinite(at) ? at : new WrongValue('is not a time');
    }
    case 'text[]':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
        ? value
        : new WrongValue('is not a list of texts');
    case 'json':
    default:
      return valueAt(value, path);
  }
}

/** Whether the number may be the neighbour of the whole number that was written. */
export function isRounded(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

function instantOf(text: string): number {
  const [day] = DAY.exec(text) ?? [];
  if (day !== undefined && !isRealDay(day)) return Number.NaN;
  return Date.parse(ZONELESS.test(text) ? `${text}Z` : text);
}
