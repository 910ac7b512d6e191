import type { JsonValue } from '@sluice/core';
import type { ValueType } from '../check/value-type.js';

/** Whether a value is of a type, so that a row that breaks its schema yields null and not a wrong event. */
export function hasType(value: JsonValue, type: ValueType['name']): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'number':
    case 'timestamp':
      return typeof value === 'number' && Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'text[]':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'json':
      return typeof value !== 'function' && typeof value !== 'bigint' && typeof value !== 'symbol';
    case 'null':
    case 'invalid':
    default:
      return false;
  }
}
