import { join } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import type { SinkDefinition } from '@sluice/core/sink';
import type { SourceDefinition } from '@sluice/core/source';
import { pipelineJsonSchema, type JsonSchema, type Registry } from '@sluice/core/config';
import { didYouMean } from '@sluice/core/document';
import type { Sluice } from '@sluice/sluice';
import { checkMapping, inPlaceMappingSchema, mappingJsonSchema, testFileJsonSchema } from '@sluice/yaml-mapper';
import { example } from '../options/example.js';
import { EXIT } from '../process/exit-code.js';
import { sluiceCommand } from './sluice-command.js';

const KINDS = ['mapping', 'pipeline', 'tests'] as const;

export const schemaCommand = sluiceCommand({
  options: (argv) =>
    argv
      .positional('kind', { choices: KINDS, default: 'mapping' as const, describe: 'Which files the schema is for' })
      .option('source', { type: 'string', describe: 'Make it specific to this source', group: 'Selection:' })
      .option('sink', { type: 'string', describe: 'Make it specific to this sink', group: 'Selection:' })
      .epilogue(example('$0 schema --sink jsonl > mapping.json', 'for mappings to this sink'))
      .epilogue(example('$0 schema pipeline > pipeline.json', 'for pipeline files of any source and sink')),
  act: async (args, { sluice, terminal }) => {
    terminal.out(`${JSON.stringify(await schemaOf(args, sluice), null, 2)}\n`);
    return EXIT.done;
  },
});

interface Selection {
  readonly kind: (typeof KINDS)[number];
  readonly source?: string | undefined;
  readonly sink?: string | undefined;
}

async function schemaOf({ kind, source: sourceType, sink: sinkType }: Selection, sluice: Sluice): Promise<JsonSchema> {
  // Packages are looked up from here, as for a pipeline file in this folder.
  const file = join(process.cwd(), 'pipeline.yaml');
  const { adapters } = sluice;
  const source = chosen(await adapters.sourcesWith(sourceType, file), 'source', sourceType);
  const sink = chosen(await adapters.sinksWith(sinkType, file), 'sink', sinkType);
  const preset = adapters.presets.find((each) => each.source === sourceType && each.sink === sinkType);
  const shipped = preset && checkMapping({ file: preset.mapping.path }, sluice.mappingContext).mapping;
  const specific = {
    ...(source && { source }),
    ...(sink && { sink }),
    ...(shipped && { vocabulary: shipped.vocabulary }),
  };
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

function chosen<Definition extends SourceDefinition | SinkDefinition>(
  registry: Registry<Definition>,
  kind: Definition['kind'],
  type: string | undefined,
): Definition | undefined {
  if (type === undefined) return undefined;
  const definition = registry.find(type);
  if (definition !== undefined) return definition;
  const message = registry.failure(type) ?? `unknown ${kind} \`${type}\``;
  throw new ConfigError([], `${message}; ${didYouMean(type, registry.types)}`);
}
