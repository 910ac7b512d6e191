import type { SinkDefinition } from '@sluice/core/sink';
import type { SourceDefinition } from '@sluice/core/source';
import { UNITS, type JsonSchema } from '@sluice/core/config';
import { TEST_FILE_KEYS } from '../mapping-tests/test-keys.js';
import { MAPPING_KEYS, PARAM_KEYS, PERMISSION_KEYS, VOCABULARY_KEYS } from '../resolve/language-keys.js';
import { PARAM_TYPES } from '../resolve/param-value.js';
import { FIELD_TYPES, type Vocabulary } from '../resolve/read-vocabulary.js';
import { ANY_SINK } from '../resolve/sink-target.js';
import { eventFields, eventSchema, fieldNames, fragmentSchema, sinkBlock } from './event-json-schema.js';
import { anyExpression, closedMap, documented, fieldExpression, ref, valueSchema } from './expression-schema.js';
import { testsSchema } from './test-json-schema.js';

/** The source and the sink that the schema is for. Without one, its fields stay open. */
interface MappingJsonSchemaOptions {
  readonly source?: Pick<SourceDefinition, 'type' | 'doc' | 'streams' | 'described' | 'functions'>;
  readonly sink?: Pick<SinkDefinition, 'type' | 'doc' | 'eventSchema' | 'functions'>;
  /** What the mapping that is extended declares. */
  readonly vocabulary?: Vocabulary;
}

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** The JSON Schema of mapping files, for editors, from the tables that the loader uses too. */
export function mappingJsonSchema(options: MappingJsonSchemaOptions): JsonSchema {
  return { $schema: DRAFT, title: 'Sluice mapping', ...inPlaceMappingSchema(options), required: ['sluice'] };
}

/** The JSON Schema of `.test.yaml` files. */
export function testFileJsonSchema({ source }: MappingJsonSchemaOptions): JsonSchema {
  const schemas: Readonly<Record<keyof typeof TEST_FILE_KEYS, JsonSchema>> = {
    sluice: { const: 1 },
    doc: { type: 'string' },
    tests: testsSchema(source?.streams ?? []),
  };
  const file = closedMap(documented(schemas, TEST_FILE_KEYS), ['tests']);
  return { $schema: DRAFT, title: 'Tests of a Sluice mapping', ...file };
}

/** The JSON Schema of a mapping inside a pipeline file. */
export function inPlaceMappingSchema(options: MappingJsonSchemaOptions): JsonSchema {
  const { source, sink } = options;
  const streams = source?.streams ?? [];
  const text: JsonSchema = { type: 'string' };
  const schemas: Readonly<Record<keyof typeof MAPPING_KEYS, JsonSchema>> = {
    sluice: { const: 1 },
    mapping: text,
    doc: text,
    source: sourceSchema(source),
    // A sink that accepts any event accepts a mapping for another sink.
    sink: namesSchema(sink === undefined || sink.eventSchema === 'any' ? undefined : [sink.type, ANY_SINK]),
    extends: text,
    params: { type: 'object', additionalProperties: ref('param') },
    shared: { type: 'object', additionalProperties: ref('fragment') },
    vocabulary: vocabularySchema(),
    events: { type: 'array', items: ref('event') },
    remove: { type: 'array', items: text },
    identity: permission('identity'),
    personalData: permission('personalData'),
    tests: testsSchema(streams),
  };
  return {
    ...closedMap(documented(schemas, MAPPING_KEYS)),
    anyOf: [{ required: ['events'], properties: { events: { minItems: 1 } } }, { required: ['extends'] }],
    definitions: definitions(options),
  };
}

/** One of these names, or a list with the first of them. */
function namesSchema(names: readonly string[] | undefined): JsonSchema {
  const text: JsonSchema = { type: 'string' };
  const list: JsonSchema = { type: 'array', items: text };
  return names === undefined
    ? { anyOf: [text, list] }
    : { anyOf: [...names.map((name) => ({ const: name })), { ...list, contains: { const: names[0] } }] };
}

/** One source, by its type or its schema file, or a list with it. */
function sourceSchema(source: MappingJsonSchemaOptions['source']): JsonSchema {
  const text: JsonSchema = { type: 'string' };
  const list: JsonSchema = { type: 'array', items: text };
  if (source === undefined) return { anyOf: [text, list] };
  const type: JsonSchema = { const: source.type };
  const named: JsonSchema =
    source.described === undefined ? type : { anyOf: [type, { type: 'string', pattern: String.raw`\.ya?ml$` }] };
  return { anyOf: [named, { ...list, contains: named }] };
}

function vocabularySchema(): JsonSchema {
  const schemas: Readonly<Record<keyof typeof VOCABULARY_KEYS, JsonSchema>> = {
    type: { enum: [...FIELD_TYPES] },
    unit: { enum: Object.keys(UNITS) },
  };
  const name = closedMap(documented(schemas, VOCABULARY_KEYS), ['type']);
  return { type: 'object', additionalProperties: { type: 'object', additionalProperties: name } };
}

/** All keys but the reason are lists of fields. */
function permission(key: keyof typeof PERMISSION_KEYS): JsonSchema {
  const entries = Object.entries(PERMISSION_KEYS[key]).map(([name, description]) => [
    name,
    name === 'because' ? { description, type: 'string' } : { description, type: 'array', items: ref('expression-any') },
  ]);
  return closedMap(Object.fromEntries(entries), ['because']);
}

function definitions({ source, sink, vocabulary = new Map() }: MappingJsonSchemaOptions): JsonSchema {
  const streams = source?.streams ?? [];
  const schema = sink?.eventSchema;
  const perStream = streams.flatMap((stream): readonly (readonly [string, JsonSchema])[] => {
    const suffix = `-${stream.name}`;
    return [
      [`expression${suffix}`, fieldExpression([stream])],
      [`value${suffix}`, valueSchema(`expression${suffix}`)],
      [`names${suffix}`, fieldNames(schema, vocabulary, suffix)],
      [`block${suffix}`, sinkBlock(suffix)],
      [`fields${suffix}`, eventFields(suffix)],
    ];
  });
  const param: Readonly<Record<keyof typeof PARAM_KEYS, JsonSchema>> = {
    type: { enum: [...PARAM_TYPES] },
    default: { type: ['string', 'number', 'boolean'] },
    doc: { type: 'string' },
  };
  return {
    expression: anyExpression([...(source?.functions ?? []), ...(sink?.functions ?? [])]),
    'expression-any': fieldExpression(streams),
    'value-any': valueSchema('expression-any'),
    'names-any': fieldNames(schema, vocabulary, '-any'),
    'block-any': sinkBlock('-any'),
    fields: eventFields('-any'),
    ...Object.fromEntries(perStream),
    fragment: fragmentSchema(schema),
    event: eventSchema(schema, streams),
    param: closedMap(documented(param, PARAM_KEYS), ['type']),
  };
}
