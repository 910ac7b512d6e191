import { z } from 'zod';
import { pipelineSchema } from '../config/pipeline-schema.js';
import type {
  SchedulerDefinition,
  SinkDefinition,
  SourceDefinition,
  StateStoreDefinition,
} from '../contracts/definition.js';
import type { AnyDefinition } from '../registry/registry.js';
import { acceptVariables, VARIABLE, type JsonSchema } from './accept-variables.js';

interface PipelineJsonSchemaOptions {
  /** The sources that the file may use: with only one, the schema is specific to it. */
  readonly sources: readonly SourceDefinition[];
  readonly sinks: readonly SinkDefinition[];
  readonly stateStores: readonly StateStoreDefinition[];
  readonly schedulers: readonly SchedulerDefinition[];
  /** Whether installed packages may be used as well. */
  readonly open: { readonly source: boolean; readonly sink: boolean };
  /** The schema of a mapping that is written in the file, with its definitions. */
  readonly mapping: JsonSchema;
}

const INSTALLED: JsonSchema = {
  type: 'string',
  pattern: '^(?:@|\\.|sluice-)',
  description: 'An installed package, such as "@acme/sluice-foo", or a file, such as "./foo.js".',
};

/** The JSON Schema of pipeline files, for editors, made from the schemas that the loader uses. */
export function pipelineJsonSchema(options: PipelineJsonSchemaOptions): JsonSchema {
  const { sources, sinks, stateStores, schedulers, open, mapping } = options;
  const file = acceptVariables(jsonSchemaOf(pipelineSchema));
  const properties = partsOf(file['properties']);
  const { definitions, ...inPlace } = mapping;
  const mappingIn = ({ description }: JsonSchema): JsonSchema => ({
    description,
    anyOf: [{ type: 'string' }, { $ref: '#/definitions/mappingInPlace' }],
  });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Sluice pipeline',
    ...file,
    properties: {
      ...properties,
      sluice: partsOf(jsonSchemaOf(pipelineSchema)['properties'])['sluice'],
      source: adapterSchema(partsOf(properties['source']), sources, open.source),
      sink: adapterSchema(partsOf(properties['sink']), sinks, open.sink),
      sinks: severalSinks(partsOf(properties['sinks']), mappingIn, { sinks, open }),
      state: adapterSchema(partsOf(properties['state']), stateStores, true),
      scheduler: adapterSchema(partsOf(properties['scheduler']), schedulers, true),
      mapping: mappingIn(partsOf(properties['mapping'])),
    },
    oneOf: [{ required: ['sink', 'mapping'] }, { required: ['sinks'] }],
    definitions: { ...partsOf(definitions), mappingInPlace: inPlace, variable: VARIABLE },
  };
}

/** A sink by name, with the settings that a sink can have for itself. */
function severalSinks(
  base: JsonSchema,
  mappingIn: (base: JsonSchema) => JsonSchema,
  { sinks, open }: Pick<PipelineJsonSchemaOptions, 'sinks' | 'open'>,
): JsonSchema {
  const entry = partsOf(base['additionalProperties']);
  const properties = partsOf(entry['properties']);
  const own = { ...entry, properties: { ...properties, mapping: mappingIn(partsOf(properties['mapping'])) } };
  return { ...base, additionalProperties: adapterSchema(own, sinks, open.sink) };
}

/** `{ use, with }`, where `use` determines the options in `with`. */
function adapterSchema(base: JsonSchema, definitions: readonly AnyDefinition[], open: boolean): JsonSchema {
  const [only] = definitions;
  const uses = definitions.map(({ type, doc }) => ({ const: type, description: doc }));
  if (only !== undefined && definitions.length === 1 && !open) {
    const { properties, ...rest } = base;
    return { ...rest, properties: { ...partsOf(properties), use: uses[0], ...withOf(only) }, required: required(only) };
  }
  const use = { description: partsOf(partsOf(base['properties'])['use'])['description'] };
  return {
    ...base,
    properties: {
      ...partsOf(base['properties']),
      use: { ...use, anyOf: open ? [...uses, INSTALLED] : uses },
    },
    allOf: definitions.map((definition) => ({
      if: { properties: { use: { const: definition.type } }, required: ['use'] },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { properties: withOf(definition), required: required(definition) },
    })),
  };
}

function withOf(definition: AnyDefinition): { readonly with: JsonSchema } {
  const options = acceptVariables(jsonSchemaOf(definition.config));
  const schema = { description: `The options of ${definition.type}.`, ...options };
  return { with: needsOptions(definition) ? schema : { ...schema, type: ['object', 'null'] } };
}

function required(definition: AnyDefinition): readonly string[] {
  return needsOptions(definition) ? ['use', 'with'] : ['use'];
}

function needsOptions({ config }: AnyDefinition): boolean {
  const { required: names } = jsonSchemaOf(config);
  return Array.isArray(names) && names.length > 0;
}

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const entries = Object.entries(z.toJSONSchema(schema, { target: 'draft-7', io: 'input', unrepresentable: 'any' }));
  return Object.fromEntries(entries.filter(([keyword]) => keyword !== '$schema'));
}

function partsOf(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
