import type { StreamSchema } from '@sluice/core/source';
import type { JsonSchema, SinkEventSchema } from '@sluice/core/config';
import type { Vocabulary } from '../resolve/read-vocabulary.js';
import { EVENT_KEYS, FINAL_KEYS, FRAGMENT_KEYS } from '../resolve/language-keys.js';
import { eventFieldsOf } from '../check/event-fields.js';
import { documented, ref, withDoc } from './expression-schema.js';

const TEXTS: JsonSchema = { type: 'array', items: { type: 'string' } };

/** The fields of an event; `suffix` names the definitions of the stream that its expressions read. */
export function eventFields(schema: SinkEventSchema | undefined, vocabulary: Vocabulary, suffix: string): JsonSchema {
  const value = ref(`value${suffix}`);
  const expression = ref(`expression${suffix}`);
  const conditions = {
    when: withDoc(expression, FRAGMENT_KEYS.when),
    each: withDoc(expression, FRAGMENT_KEYS.each),
    final: finalSchema(expression),
  };
  const fields = Object.entries(eventFieldsOf(schema ?? 'any')).map(([name, field]): readonly [string, JsonSchema] => {
    if (field.kind === 'value') return [name, withDoc(value, field.doc)];
    const declared = [...vocabulary].flatMap(([path, known]) =>
      path.startsWith(`${name}.`) ? [[path.slice(name.length + 1), known] as const] : [],
    );
    const names = [...declared, ...Object.entries(field.known)];
    const known = names.map(([inner, { type, unit }]): readonly [string, JsonSchema] => [
      inner,
      withDoc(value, unit === undefined ? type : `${type} in ${unit}`),
    ]);
    return [
      name,
      {
        description: field.doc,
        type: 'object',
        properties: Object.fromEntries(known),
        additionalProperties: value,
      },
    ];
  });
  return { properties: { ...conditions, ...Object.fromEntries(fields) } };
}

/** A fragment: an event without a name. */
export function fragmentSchema(schema: SinkEventSchema | undefined): JsonSchema {
  return {
    type: 'object',
    allOf: [ref('fields')],
    properties: { ...fragmentKeys(), ...placeholders(schema) },
    additionalProperties: isOpen(schema),
  };
}

/** An event. Its stream decides which fields its expressions can read. */
export function eventSchema(schema: SinkEventSchema | undefined, streams: readonly StreamSchema[]): JsonSchema {
  const from: JsonSchema =
    streams.length === 0
      ? { type: 'string' }
      : { anyOf: streams.map(({ name, doc }) => ({ const: name, description: doc })) };
  const keys = documented({ event: { type: 'string' }, rename: { type: 'string' }, from }, EVENT_KEYS);
  return {
    type: 'object',
    required: ['event'],
    properties: { ...keys, ...fragmentKeys(), ...placeholders(schema) },
    additionalProperties: isOpen(schema),
    allOf: [
      ...streams.map(({ name }) => ({
        if: { properties: { from: { const: name } }, required: ['from'] },
        // oxlint-disable-next-line unicorn/no-thenable -- a JSON Schema keyword
        then: ref(`fields-${name}`),
      })),
      // oxlint-disable-next-line unicorn/no-thenable -- a JSON Schema keyword
      { if: { not: { required: ['from'] } }, then: ref('fields') },
    ],
  };
}

function finalSchema(expression: JsonSchema): JsonSchema {
  const properties = documented({ when: expression, within: { type: 'string', examples: ['24h'] } }, FINAL_KEYS);
  return {
    description: FRAGMENT_KEYS.final,
    type: 'object',
    required: Object.keys(FINAL_KEYS),
    properties,
    additionalProperties: false,
  };
}

function fragmentKeys(): JsonSchema {
  const schemas: Readonly<Record<keyof typeof FRAGMENT_KEYS, JsonSchema>> = {
    doc: { type: 'string' },
    include: TEXTS,
    when: {},
    final: {},
    each: {},
    omitNull: { type: 'boolean' },
    remove: TEXTS,
  };
  return documented(schemas, FRAGMENT_KEYS);
}

/** The names of the sink's fields; their values are described where the stream is known. */
function placeholders(schema: SinkEventSchema | undefined): JsonSchema {
  return Object.fromEntries(Object.keys(eventFieldsOf(schema ?? 'any')).map((name) => [name, {}]));
}

function isOpen(schema: SinkEventSchema | undefined): boolean {
  return schema === undefined || schema === 'any';
}
