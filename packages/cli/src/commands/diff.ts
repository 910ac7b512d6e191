import { ConfigError } from '@sluice/core/adapter';
import type { MappingContext } from '@sluice/core/config';
import type { LoadedPipeline } from '@sluice/sluice';
import { compareMappingFiles, RecordComparison, type StreamComparison } from '@sluice/yaml-mapper';
import { example } from '../options/example.js';
import { mappingFile } from '../options/mapping-file.js';
import { jsonOption } from '../options/pipeline-options.js';
import { assertWholeNumber } from '../options/whole-number.js';
import { differenceText } from '../output/difference-text.js';
import { recordsText } from '../output/records-text.js';
import { EXIT } from '../process/exit-code.js';
import { sluiceCommand } from './sluice-command.js';

type Compared = NonNullable<ReturnType<typeof compareMappingFiles>['compared']>;

export const diffCommand = sluiceCommand({
  options: (argv) =>
    jsonOption(argv)
      .positional('old', { type: 'string', demandOption: true, describe: 'The current mapping' })
      .positional('new', { type: 'string', demandOption: true, describe: 'The changed mapping' })
      .option('config', {
        type: 'string',
        describe: 'Read real records with this pipeline’s source and map them with both; send and save nothing',
        group: 'Records:',
      })
      .option('sample', {
        type: 'number',
        default: 1000,
        describe: 'How many of the newest records of each stream',
        group: 'Records:',
      })
      .option('env-file', { type: 'string', describe: 'Read variables from this file', group: 'Records:' })
      .check(({ sample }) => assertWholeNumber('sample', sample))
      .epilogue(example('$0 diff mapping.yaml team.yaml', 'what the overlay changes')),
  act: async (args, { sluice, output, terminal, signal }) => {
    const [before, after] = [mappingFile(args.old), mappingFile(args.new)];
    const { config: file, 'env-file': envFile } = args;
    const pipeline = file === undefined ? undefined : (await sluice.loadBranches(file, { envFile }))[0];
    const { problems, compared } = await sluice.checkMappings([before, after], (context) =>
      compareMappingFiles(before, after, pipeline ? contextOf(pipeline, context) : context),
    );
    if (compared === undefined) throw new ConfigError(problems);
    const { difference } = compared;
    const records = pipeline && (await compareRecords(pipeline, compared, args.sample, signal));
    if (args.json) terminal.out(`${JSON.stringify({ ...difference, ...(records && { records }) }, null, 2)}\n`);
    else {
      output.text(differenceText(difference));
      if (records) output.text(recordsText(records));
    }
    return EXIT.done;
  },
});

/** The pipeline's source and sink, which can be installed beside its file, and its parameters. */
function contextOf({ config }: LoadedPipeline, context: MappingContext): MappingContext {
  const { source, sink, params } = config;
  return {
    ...context,
    sourceType: source.type,
    sinkType: sink.type,
    params,
    streamsOf: (name) => (name === source.type ? source.definition.streams : context.streamsOf(name)),
    eventSchemaOf: (name) => (name === sink.type ? sink.definition.eventSchema : context.eventSchemaOf(name)),
  };
}

/** Reads the newest records once and maps them twice. The sink is not opened and the state is not read. */
async function compareRecords(
  pipeline: LoadedPipeline,
  { difference, before, after }: Compared,
  limit: number,
  signal: AbortSignal,
): Promise<readonly StreamComparison[]> {
  const streams = new Set([...before.streams, ...after.streams].map(({ stream }) => stream));
  const compared: StreamComparison[] = [];
  for (const stream of streams) {
    const comparison = new RecordComparison(stream, { before, after }, difference);
    const sampled = pipeline.sample({ stream, fields: comparison.fields, limit, signal });
    for await (const { key, row } of sampled) comparison.add(key, row);
    compared.push(comparison.result());
  }
  return compared;
}
