import type { JsonValue } from '@sluice/core/adapter';
import type { FieldRequest, FieldSchema, Row, StreamSchema } from '@sluice/core/source';
import type { CheckedMapping } from '../check/checked-mapping.js';
import type { Param } from '../check/scope.js';
import { isJsonList, isJsonObject } from '../json-kind.js';
import { ownEntry } from '../own-entry.js';

/** 2026-01-01T00:00:00Z. */
const SOME_TIME = 1_767_225_600_000;

/** The value of a field that a test does not give: null if the field is nullable, or a value of its type. */
function defaultValue(name: string, { type, nullable }: FieldSchema): JsonValue {
  return nullable ? null : someValue(name, type);
}

/** A value of the type; a text is the name of its field. */
export function someValue(name: string, type: FieldSchema['type']): JsonValue {
  const values = { text: name, number: 0, boolean: false, timestamp: SOME_TIME, 'text[]': [], json: {} };
  return values[type];
}

/** The row that a mapper reads. In the stream `trace`, `trace.name` and `name` are one value: giving one gives both. */
export function rowOf(
  stream: StreamSchema,
  given: ReadonlyMap<string, JsonValue>,
  requests: readonly FieldRequest[],
  fallback: (name: string, schema: FieldSchema) => JsonValue = defaultValue,
): Row {
  return requests.map(({ field, path = [] }) => {
    const name = given.has(field) ? field : (aliasOf(field, stream) ?? field);
    const schema = ownEntry(stream.fields, field);
    const whole = given.get(name) ?? (given.has(name) || schema === undefined ? null : fallback(field, schema));
    return path.reduce<JsonValue>(part, whole);
  });
}

/** The other name of the same value, if the stream has one. */
export function aliasOf(field: string, { name, fields }: StreamSchema): string | undefined {
  const prefix = `${name}.`;
  const alias = field.startsWith(prefix) ? field.slice(prefix.length) : `${prefix}${field}`;
  return ownEntry(fields, alias)?.type === ownEntry(fields, field)?.type ? alias : undefined;
}

function part(value: JsonValue, key: string | number): JsonValue {
  if (isJsonList(value)) return typeof key === 'number' ? (value[key] ?? null) : null;
  return isJsonObject(value) ? (ownEntry(value, String(key)) ?? null) : null;
}

/** The parameters that a test gives, and a value of its type for every other one without a default. */
export function paramsOf(
  mapping: CheckedMapping,
  given: Readonly<Record<string, JsonValue>>,
): Readonly<Record<string, JsonValue>> {
  const params: Record<string, JsonValue> = { ...given };
  for (const [name, param] of mapping.params) {
    if (param.value === null && params[name] === undefined) params[name] = someParam(name, param);
  }
  return params;
}

function someParam(name: string, { declared }: Param): JsonValue {
  if (declared === 'timestamp') return new Date(SOME_TIME).toISOString();
  if (declared === 'url') return `https://${name.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-')}.example.com`;
  return someValue(name, declared === 'secret' ? 'text' : declared);
}
