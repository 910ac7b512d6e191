import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import type { FieldSchema } from '@sluice/core/source';
import type { MappingContext } from '@sluice/core/config';
import { checkMapping } from '../check/check-mapping.js';
import type { CheckedMapping } from '../check/checked-mapping.js';
import { compileMapping } from '../compile/compile-mapping.js';
import { isJsonObject } from '../json-kind.js';
import { paramsOf, rowOf, someValue } from '../mapping-tests/default-record.js';
import { plainEvents } from '../mapping-tests/judge-result.js';
import { testMapping } from '../mapping-tests/test-mapping.js';

export type ExampleEvent = JsonObject;

/** Events of the mapping: first those of its tests' records, then those of generated records. */
export function exampleEvents(file: string, mapping: CheckedMapping, context: MappingContext): readonly ExampleEvent[] {
  const tested = testMapping(file, context).results.flatMap(({ test, result }) =>
    test.sink === mapping.sink ? plainEvents(result) : [],
  );
  return [...tested, ...generated(file, mapping, context)].filter(isJsonObject);
}

function generated(file: string, mapping: CheckedMapping, context: MappingContext): readonly JsonValue[] {
  const checked = checkMapping({ file }, { ...context, sinkType: mapping.sink, params: paramsOf(mapping, {}) }).mapping;
  if (checked === undefined) return [];
  return compileMapping(checked.events).streams.flatMap((mapper) => {
    const stream = checked.streams.find(({ name }) => name === mapper.stream);
    return stream === undefined ? [] : plainEvents(mapper.map(rowOf(stream, new Map(), mapper.fields, exampleValue)));
  });
}

function exampleValue(name: string, { type }: FieldSchema): JsonValue {
  if (type === 'number') return 1;
  if (type === 'text[]') return [name];
  return type === 'boolean' ? true : someValue(name, type);
}
