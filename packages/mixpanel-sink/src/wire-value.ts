import { isObject } from '@sluice/adapter-kit';
import type { JsonValue } from '@sluice/core/adapter';

/** With the flag `u`, `\p{Cs}` matches only lone surrogates. Mixpanel refuses text that is not valid UTF-8. */
const ILL_FORMED = /\p{Cs}/gu;

/** Pure: a value with every text in it made well-formed, and changed by `change`. */
export function wireValue(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === 'string') return change(value.replace(ILL_FORMED, '\ufffd'));
  if (isList(value)) return value.map((item) => wireValue(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, wireValue(item, change)]));
}

export function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
