import type { MappingFunction } from '@sluice/core/adapter';
import type { FieldSchema, StreamSchema } from '@sluice/core/source';
import { UNITS, type JsonSchema } from '@sluice/core/config';
import { signatureOf } from '../functions/function-definition.js';
import { functionsWith } from '../functions/adapter-functions.js';
import { GIVING_KEYS, VALUE_KEY_DOCS } from '../resolve/language-keys.js';

/** Any expression, described with every function of the language and those that adapters add. */
export function anyExpression(added: readonly MappingFunction[]): JsonSchema {
  const description = [
    'An expression over the fields of the record, with JavaScript’s operators. Texts are quoted inside the expression.',
    'Functions:',
    ...[...functionsWith(added).values()].map((definition) => `- \`${signatureOf(definition)}\`: ${definition.doc}`),
    "- `convert(value: number, unit) → number`: Converts to another unit: `convert(latency, 'ms')`.",
  ].join('\n');
  return { description, type: ['string', 'number', 'boolean', 'null'] };
}

/** An expression over the fields of some streams, which an editor completes. */
export function fieldExpression(streams: readonly StreamSchema[]): JsonSchema {
  const fields = new Map(streams.flatMap((stream) => Object.entries(stream.fields)));
  const offered = [...fields].map(([name, schema]) => ({ const: name, description: describeField(schema) }));
  return { description: 'A field of the record, or an expression.', anyOf: [...offered, ref('expression')] };
}

export function describeField({ type, unit, nullable, personal, doc }: FieldSchema): string {
  const traits = [
    unit === undefined ? type : `${type} in ${unit}`,
    ...(nullable ? ['can be null'] : []),
    ...(personal ? ['personal'] : []),
  ];
  return `${doc} (${traits.join(', ')})`.trim();
}

/** A value: an expression or a map. `expression` names the definition of its expressions. */
export function valueSchema(expression: string): JsonSchema {
  const properties: Readonly<Record<keyof typeof VALUE_KEY_DOCS, JsonSchema>> = {
    value: ref(expression),
    const: {},
    url: { type: 'string' },
    enum: { type: 'object', minProperties: 1 },
    else: ref(expression),
    when: ref(expression),
    unit: { anyOf: Object.entries(UNITS).map(([unit, { doc }]) => ({ const: unit, description: doc })) },
    omitNull: { type: 'boolean' },
    doc: { type: 'string' },
  };
  const oneOf = GIVING_KEYS.map((key) => ({ required: [key] }));
  return {
    anyOf: [
      ref(expression),
      { ...closedMap(documented(properties, VALUE_KEY_DOCS)), oneOf, dependencies: { else: ['enum'] } },
    ],
  };
}

/** A map that can have only these keys. */
export function closedMap(properties: JsonSchema, required?: readonly string[]): JsonSchema {
  return { type: 'object', ...(required && { required }), properties, additionalProperties: false };
}

export function ref(definition: string): JsonSchema {
  return { $ref: `#/definitions/${definition}` };
}

/** Adds its documentation to every key. Draft 7 ignores whatever is beside `$ref`. */
export function documented<Key extends string>(
  schemas: Readonly<Record<Key, JsonSchema>>,
  docs: Readonly<Record<Key, string>>,
): JsonSchema {
  const docOf = new Map<string, string>(Object.entries(docs));
  return Object.fromEntries(
    Object.entries<JsonSchema>(schemas).map(([key, schema]) => [key, withDoc(schema, docOf.get(key) ?? '')]),
  );
}

export function withDoc(schema: JsonSchema, description: string): JsonSchema {
  return '$ref' in schema ? { description, allOf: [schema] } : { description, ...schema };
}
