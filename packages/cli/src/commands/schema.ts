import { join } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import type { SinkDefinition } from '@sluice/core/sink';
import type { SourceDefinition } from '@sluice/core/source';
import type { Registry } from '@sluice/core/config';
import { didYouMean } from '@sluice/core/document';
import { example } from '../options/example.js';
import { EXIT } from '../process/exit-code.js';
import { pullSchema } from '../schema/pull-schema.js';
import { KINDS, schemaText } from '../schema/schema-text.js';
import type { Sluice } from '@sluice/sluice';
import { sluiceCommand } from './sluice-command.js';

export const schemaCommand = sluiceCommand({
  options: (argv) =>
    argv
      .positional('kind', {
        choices: [...KINDS, 'pull'] as const,
        default: 'mapping' as const,
        describe: 'Which files the schema is for; or pull',
      })
      .positional('file', { type: 'string', describe: 'With pull: the pipeline file whose schema file to complete' })
      .option('env-file', { type: 'string', describe: 'With pull: read variables from this file', group: 'Selection:' })
      .option('source', { type: 'string', describe: 'Make it specific to this source', group: 'Selection:' })
      .option('sink', { type: 'string', describe: 'Make it specific to this sink', group: 'Selection:' })
      .epilogue(example('$0 schema --sink jsonl > mapping.json', 'for mappings to this sink'))
      .epilogue(example('$0 schema pull pipeline.yaml', 'types, nulls and comments from the database'))
      .epilogue(example('$0 schema pipeline > pipeline.json', 'for pipeline files of any source and sink')),
  act: async (args, { sluice, terminal, output, signal }) => {
    const { kind, file: pipeline, source: sourceType, sink: sinkType } = args;
    if (kind === 'pull') {
      if (pipeline === undefined) throw new ConfigError([], 'name the pipeline file: sluice schema pull pipeline.yaml');
      output.text(await pullSchema(pipeline, { envFile: args['env-file'], signal }, sluice));
      return EXIT.done;
    }
    if (pipeline !== undefined) throw new ConfigError([], `unknown argument ${pipeline}: only pull takes a file`);
    // Packages are looked up from here, as for a pipeline file in this folder.
    const file = join(process.cwd(), 'pipeline.yaml');
    const source = await sourceNamed(sourceType, file, sluice);
    const sink = chosen(await sluice.adapters.sinksWith(sinkType, file), 'sink', sinkType);
    terminal.out(schemaText(kind, { source, sink }, sluice));
    return EXIT.done;
  },
});

/** A source by its type, or as a schema file describes it. */
async function sourceNamed(
  type: string | undefined,
  file: string,
  sluice: Sluice,
): Promise<SourceDefinition | undefined> {
  const described = type !== undefined && /\.ya?ml$/u.test(type) ? sluice.schemaFile(type) : undefined;
  const name = described?.type ?? type;
  const definition = chosen(await sluice.adapters.sourcesWith(name, file), 'source', name);
  return described && definition ? { ...definition, streams: described.streams } : definition;
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
