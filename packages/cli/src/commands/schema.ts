import { join } from 'node:path';
import { ConfigError, type SinkDefinition, type SourceDefinition } from '@sluice/core/adapter';
import { createRegistry, pipelineJsonSchema, withInstalledAdapter, type JsonSchema } from '@sluice/core/config';
import { checkMapping, inPlaceMappingSchema, mappingJsonSchema, testFileJsonSchema } from '@sluice/yaml-mapper';
import type { Command } from '../command.js';
import { EXIT } from '../exit-code.js';
import { closest } from '../output/did-you-mean.js';
import { mappingContext } from '../mapping-context.js';
import type { Services } from '../services.js';

const KINDS = ['mapping', 'pipeline', 'tests'] as const;

interface SchemaArguments {
  kind: (typeof KINDS)[number];
  source?: string | undefined;
  sink?: string | undefined;
  json: boolean;
}

export const schemaCommand: Command<SchemaArguments> = {
  builder: (argv) =>
    argv
      .positional('kind', { choices: KINDS, default: 'mapping' as const, describe: 'Which files the schema is for' })
      .option('source', { type: 'string', describe: 'Make it specific to this source', group: 'Selection:' })
      .option('sink', { type: 'string', describe: 'Make it specific to this sink', group: 'Selection:' })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'The result is JSON in any case',
        group: 'Output:',
      })
      .example('$0 schema --source langfuse-postgres --sink posthog > mapping.json', 'for mappings')
      .example('$0 schema pipeline > pipeline.json', 'for pipeline files of any source and sink'),
  handler: async (args, { terminal, services }) => {
    terminal.out(`${JSON.stringify(await schemaOf(args, services), null, 2)}\n`);
    return EXIT.done;
  },
};

async function schemaOf({ kind, source, sink }: SchemaArguments, services: Services): Promise<JsonSchema> {
  // Packages are looked for from here, as for a pipeline file in this folder.
  const file = join(process.cwd(), 'pipeline.yaml');
  const sources = await withInstalledAdapter(createRegistry(services.sources), 'source', source, file);
  const sinks = await withInstalledAdapter(createRegistry(services.sinks), 'sink', sink, file);
  const [chosenSource, chosenSink] = [chosen(sources, 'source', source), chosen(sinks, 'sink', sink)];
  const preset = services.presets.find((each) => each.source === source && each.sink === sink);
  const shipped = preset && checkMapping({ file: preset.mapping.path }, mappingContext(services)).mapping;
  const specific = {
    ...(chosenSource && { source: chosenSource }),
    ...(chosenSink && { sink: chosenSink }),
    ...(shipped && { vocabulary: shipped.vocabulary }),
  };
  if (kind === 'tests') return testFileJsonSchema(specific);
  if (kind === 'mapping') return mappingJsonSchema(specific);
  return pipelineJsonSchema({
    sources: chosenSource ? [chosenSource] : services.sources,
    sinks: chosenSink ? [chosenSink] : services.sinks,
    stateStores: services.stateStores,
    open: { source: chosenSource === undefined, sink: chosenSink === undefined },
    mapping: inPlaceMappingSchema(specific),
  });
}

function chosen<Definition extends SourceDefinition | SinkDefinition>(
  registry: {
    find(type: string): Definition | undefined;
    failure(type: string): string | undefined;
    readonly types: readonly string[];
  },
  kind: Definition['kind'],
  type: string | undefined,
): Definition | undefined {
  if (type === undefined) return undefined;
  const definition = registry.find(type);
  if (definition !== undefined) return definition;
  const meant = closest(type, registry.types);
  const hint = meant === undefined ? `known: ${registry.types.join(', ')}` : `did you mean "${meant}"?`;
  throw new ConfigError([], `${registry.failure(type) ?? `there is no ${kind} "${type}"`}; ${hint}`);
}
