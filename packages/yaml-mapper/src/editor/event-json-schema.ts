import type { EventSchema } from '@sluice/core/sink';
import type { StreamSchema } from '@sluice/core/source';
import type { JsonSchema, SinkEventSchema } from '@sluice/core/config';
import type { Vocabulary } from '../resolve/read-vocabulary.js';
import { EVENT_KEYS, FINAL_KEYS, FRAGMENT_KEYS, SINK_BLOCK_KEYS } from '../resolve/language-keys.js';
import { STANDARD } from '../resolve/sink-target.js';
import { eventFieldsOf } from '../check/event-fields.js';
import { documented, ref, withDoc } from './expression-schema.js';

const TEXTS: JsonSchema = { type: 'array', items: { type: 'string' } };

/** What an event has in a stream; `suffix` names the definitions that are of it. */
export function eventFields(suffix: string): JsonSchema {
  const expression = ref(`expression${suffix}`);
  const conditions = {
    when: withDoc(expression, FRAGMENT_KEYS.when),
    each: withDoc(expression, FRAGMENT_KEYS.each),
    final: finalSchema(expression),
    sinks: { description: FRAGMENT_KEYS.sinks, type: 'object', additionalProperties: ref(`block${suffix}`) },
  };
  return { allOf: [ref(`names${suffix}`)], properties: conditions };
}

/** What stands under a sink, which can be another one than the schema is for. */
export function sinkBlock(suffix: string): JsonSchema {
  const schemas: Readonly<Record<keyof typeof SINK_BLOCK_KEYS, JsonSchema>> = {
    event: { type: 'string' },
    omit: { type: 'boolean' },
    remove: TEXTS,
  };
  return { type: 'object', allOf: [ref(`names${suffix}`)], properties: documented(schemas, SINK_BLOCK_KEYS) };
}

/** The fields of the sink and of the standard event. */
export function fieldNames(schema: SinkEventSchema | undefined, vocabulary: Vocabulary, suffix: string): JsonSchema {
  const value = ref(`value${suffix}`);
  const fields = Object.entries(allFieldsOf(schema)).map(([name, field]): readonly [string, JsonSchema] => {
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
        type: ['object', 'string'],
        pattern: '^event\\.(properties|groups)$',
        properties: Object.fromEntries(known),
        additionalProperties: value,
      },
    ];
  });
  return { properties: Object.fromEntries(fields) };
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
    sinks: {},
  };
  return documented(schemas, FRAGMENT_KEYS);
}

/** The names of the sink's fields; their values are described where the stream is known. */
function placeholders(schema: SinkEventSchema | undefined): JsonSchema {
  return Object.fromEntries(Object.keys(allFieldsOf(schema)).map((name) => [name, {}]));
}

function allFieldsOf(schema: SinkEventSchema | undefined): EventSchema['fields'] {
  return { ...eventFieldsOf(schema ?? 'any'), ...without(STANDARD, schema) };
}

/** The standard fields that are no fields of the sink. A sink of any shape need not have them. */
function without(fields: EventSchema['fields'], schema: SinkEventSchema | undefined): EventSchema['fields'] {
  if (schema === 'any') return {};
  const names = Object.keys(schema?.fields ?? {});
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function isOpen(schema: SinkEventSchema | undefined): boolean {
  return schema === undefined || schema === 'any';
}
