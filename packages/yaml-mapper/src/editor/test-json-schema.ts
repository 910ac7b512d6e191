import type { StreamSchema } from '@sluice/core/source';
import type { JsonSchema } from '@sluice/core/config';
import { EXPECTATION_KEYS, TEST_KEYS } from '../mapping-tests/test-keys.js';
import { closedMap, describeField, documented } from './expression-schema.js';

/** The schema of the tests of a mapping. */
export function testsSchema(streams: readonly StreamSchema[]): JsonSchema {
  const fields = new Map(streams.flatMap((stream) => Object.entries(stream.fields)));
  const given = [...fields].map(([name, schema]) => [name, { description: describeField(schema) }] as const);
  const events: JsonSchema = {
    type: 'array',
    items: { type: 'object', properties: { event: { type: 'string', description: 'The name of the event.' } } },
  };
  const reason: JsonSchema = { anyOf: [{ const: true }, { type: 'string' }] };
  const schemas: Readonly<Record<keyof typeof TEST_KEYS, JsonSchema>> = {
    name: { type: 'string' },
    from: streams.length === 0 ? { type: 'string' } : { enum: streams.map(({ name }) => name) },
    sink: { type: 'string' },
    params: { type: 'object' },
    given: { type: 'object', properties: Object.fromEntries(given) },
    expect: events,
    exactly: events,
    filtered: reason,
    error: reason,
  };
  return {
    type: 'array',
    items: {
      ...closedMap(documented(schemas, TEST_KEYS), ['name']),
      anyOf: [
        { not: { anyOf: EXPECTATION_KEYS.map((key) => ({ required: [key] })) } },
        { oneOf: EXPECTATION_KEYS.map((key) => ({ required: [key] })) },
      ],
    },
  };
}
