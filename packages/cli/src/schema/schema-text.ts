import { ConfigError } from '@sluice/core/adapter';
import { pipelineJsonSchema, schemaFileJsonSchema, type JsonSchema } from '@sluice/core/config';
import type { Preset } from '@sluice/core/preset';
import type { SinkDefinition } from '@sluice/core/sink';
import type { SourceDefinition } from '@sluice/core/source';
import type { Sluice } from '@sluice/sluice';
import { checkMapping, inPlaceMappingSchema, mappingJsonSchema, testFileJsonSchema } from '@sluice/yaml-mapper';

export const KINDS = ['mapping', 'pipeline', 'tests', 'streams'] as const;

/** What a schema is for, with the presets that the packages of both ship. */
interface Ends {
  readonly source?: SourceDefinition | undefined;
  readonly sink?: SinkDefinition | undefined;
  readonly presets?: readonly Preset[];
}

/** The JSON Schema for a kind of file, as specific as its ends are known. */
export async function schemaText(kind: (typeof KINDS)[number], ends: Ends, sluice: Sluice): Promise<string> {
  return `${JSON.stringify(await schemaOf(kind, ends, sluice), null, 2)}\n`;
}

async function schemaOf(kind: (typeof KINDS)[number], ends: Ends, sluice: Sluice): Promise<JsonSchema> {
  const { source, sink, presets = [] } = ends;
  const all = [...sluice.adapters.presets, ...presets];
  const file = all.find((each) => each.source === source?.type && each.sink === sink?.type)?.mapping.path;
  const shipped = file === undefined ? undefined : await vocabularyIn(file, sluice);
  const specific = {
    ...(source && { source }),
    ...(sink && { sink }),
    ...(shipped && { vocabulary: shipped }),
  };
  if (kind === 'tests') return testFileJsonSchema(specific);
  if (kind === 'mapping') return mappingJsonSchema(specific);
  const known = await sluice.adapters.all();
  if (kind === 'streams') return schemaFileJsonSchema(describedIn(source, known.sources));
  return pipelineJsonSchema({
    sources: source ? [source] : known.sources,
    sinks: sink ? [sink] : known.sinks,
    stateStores: known.stateStores,
    schedulers: known.schedulers,
    open: { source: source === undefined, sink: sink === undefined },
    mapping: inPlaceMappingSchema(specific),
  });
}

/** The source whose schema files are meant: the only one that has any, where none is named. */
function describedIn(source: SourceDefinition | undefined, known: readonly SourceDefinition[]): SourceDefinition {
  const described = known.filter((each) => each.described !== undefined);
  const chosen = source ?? (described.length === 1 ? described[0] : undefined);
  if (chosen?.described !== undefined) return chosen;
  const types = described.map(({ type }) => type).join(', ');
  throw new ConfigError([], `name a source that takes schema files with --source: ${types}`);
}

async function vocabularyIn(file: string, sluice: Sluice) {
  const { mapping } = await sluice.checkMappings([file], (context) => checkMapping({ file }, context));
  return mapping?.vocabulary;
}
