import type { FieldType, JsonValue } from '@sluice/core';
import { isJsonList } from '../json-kind.js';

/** Whether a value is what a field of this type holds; a timestamp is a number of milliseconds. */
export function isOfType(value: JsonValue, type: FieldType): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'number':
    case 'timestamp':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'text[]':
      return isJsonList(value) && value.every((item) => typeof item === 'string');
    case 'json':
    default:
      return true;
  }
}
