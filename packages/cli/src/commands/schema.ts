import { ConfigError } from '@sluice/core/adapter';
import { example } from '../options/example.js';
import { EXIT } from '../process/exit-code.js';
import { pullSchema } from '../schema/pull-schema.js';
import { KINDS, schemaText } from '../schema/schema-text.js';
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
    const described =
      sourceType !== undefined && /\.ya?ml$/u.test(sourceType) ? await sluice.schemaFile(sourceType) : undefined;
    const named = await sluice.adapters.named({ source: described?.type ?? sourceType, sink: sinkType }, process.cwd());
    const { source } = named;
    const isDescribed = described !== undefined && source !== undefined;
    const ends = isDescribed ? { ...named, source: { ...source, streams: described.streams } } : named;
    terminal.out(await schemaText(kind, ends, sluice));
    return EXIT.done;
  },
});
