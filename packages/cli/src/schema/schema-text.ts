import { ConfigError } from '@sluice/core/adapter';
import { pipelineJsonSchema, schemaFileJsonSchema, type JsonSchema } from '@sluice/core/config';
import type { SinkDefinition } from '@sluice/core/sink';
import type { SourceDefinition } from '@sluice/core/source';
import type { Sluice } from '@sluice/sluice';
import { checkMapping, inPlaceMappingSchema, mappingJsonSchema, testFileJsonSchema } from '@sluice/yaml-mapper';

export const KINDS = ['mapping', 'pipeline', 'tests', 'streams'] as const;

interface Ends {
  readonly source?: SourceDefinition | undefined;
  readonly sink?: SinkDefinition | undefined;
}

/** The JSON Schema for a kind of file, as specific as its ends are known. */
export function schemaText(kind: (typeof KINDS)[number], ends: Ends, sluice: Sluice): string {
  return `${JSON.stringify(schemaOf(kind, ends, sluice), null, 2)}\n`;
}

function schemaOf(kind: (typeof KINDS)[number], { source, sink }: Ends, sluice: Sluice): JsonSchema {
  const { adapters } = sluice;
  const preset = adapters.presets.find((each) => each.source === source?.type && each.sink === sink?.type);
  const shipped = preset && checkMapping({ file: preset.mapping.path }, sluice.mappingContext).mapping;
  const specific = {
    ...(source && { source }),
    ...(sink && { sink }),
    ...(shipped && { vocabulary: shipped.vocabulary }),
  };
  if (kind === 'streams') return schemaFileJsonSchema(describedIn(source, adapters.sources));
  if (kind === 'tests') return testFileJsonSchema(specific);
  if (kind === 'mapping') return mappingJsonSchema(specific);
  return pipelineJsonSchema({
    sources: source ? [source] : adapters.sources,
    sinks: sink ? [sink] : adapters.sinks,
    stateStores: adapters.stateStores,
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
