import { ConfigError } from '@sluice/core/adapter';
import type { MappingContext, PipelineConfig } from '@sluice/core/config';
import { openSource, sampleRecords } from '@sluice/core/engine';
import { createLogger } from '@sluice/core/service';
import { compareMappingFiles, RecordComparison, type StreamComparison } from '@sluice/yaml-mapper';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { composePipeline, requirePipeline } from '../compose-pipeline.js';
import { EXIT } from '../exit-code.js';
import { mappingContext, requireMappingFile } from '../mapping-context.js';
import { differenceText } from '../output/difference-text.js';
import { recordsText } from '../output/records-text.js';
import { untilStopped } from '../stop-signals.js';

interface DiffArguments {
  old: string;
  new: string;
  config?: string | undefined;
  'env-file'?: string | undefined;
  sample: number;
  json: boolean;
}

type Compared = NonNullable<ReturnType<typeof compareMappingFiles>['compared']>;

export const diffCommand: Command<DiffArguments> = {
  builder: (argv) =>
    argv
      .positional('old', { type: 'string', demandOption: true, describe: 'The mapping as it is' })
      .positional('new', { type: 'string', demandOption: true, describe: 'The mapping as it would be' })
      .option('config', {
        type: 'string',
        describe: 'Read real records with this pipeline’s source, and map them with both; sends and saves nothing',
        group: 'Records:',
      })
      .option('sample', {
        type: 'number',
        default: 1000,
        describe: 'How many of the newest records of each stream',
        group: 'Records:',
      })
      .option('env-file', { type: 'string', describe: 'Read variables from this file', group: 'Records:' })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON', group: 'Output:' })
      .check(({ sample }) => {
        if (Number.isInteger(sample) && sample > 0) return true;
        throw new ConfigError([], '--sample must be a whole number above 0');
      })
      .example('$0 diff configs/mappings/langfuse-posthog.yaml team.yaml', 'what the overlay changes'),
  handler: diff,
};

async function diff(args: DiffArguments, context: CommandContext): Promise<number> {
  const { terminal, services } = context;
  const [before, after] = [requireMappingFile(args.old), requireMappingFile(args.new)];
  const config = args.config === undefined ? undefined : await requirePipeline(args.config, args['env-file'], context);
  const mapping = mappingContext(services);
  const { problems, compared } = compareMappingFiles(before, after, config ? contextOf(config, mapping) : mapping);
  if (compared === undefined) throw new ConfigError(problems);
  const { difference } = compared;
  if (config === undefined) {
    terminal.out(args.json ? asJson(difference) : differenceText(difference, terminal.colourOut));
    return EXIT.done;
  }
  return untilStopped(async (signal) => {
    const records = await compareRecords(config, compared, { limit: args.sample, signal }, context);
    terminal.out(
      args.json
        ? asJson({ ...difference, records })
        : differenceText(difference, terminal.colourOut) + recordsText(records, terminal.colourOut),
    );
    return EXIT.done;
  });
}

/** The pipeline's source, also one that is installed, and its parameters. */
function contextOf({ source, params }: PipelineConfig, context: MappingContext): MappingContext {
  const { type, definition } = source;
  return {
    ...context,
    sourceType: type,
    params,
    streamsOf: (name) => (name === type ? definition.streams : context.streamsOf(name)),
  };
}

/** Reads the newest records once and maps them twice. The sink is not opened, the state is not looked at. */
async function compareRecords(
  config: PipelineConfig,
  { difference, before, after }: Compared,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
  context: CommandContext,
): Promise<readonly StreamComparison[]> {
  const logger = createLogger({ level: 'warn', pretty: context.terminal.interactive, colour: context.terminal.colour });
  const { source, start } = composePipeline(config, logger, context);
  const streams = new Set([...before.streams, ...after.streams].map(({ stream }) => stream));
  const compared: StreamComparison[] = [];
  try {
    await openSource(source, signal, { runtime: context.services.runtime, logger });
    for (const stream of streams) {
      const comparison = new RecordComparison(stream, { before, after }, difference);
      const options = { stream, fields: comparison.fields, limit, signal };
      const sampled = sampleRecords(source, start.kind === 'date' ? { ...options, start: start.at } : options);
      for await (const { key, row } of sampled) comparison.add(key, row);
      compared.push(comparison.result());
    }
  } finally {
    await source.close();
  }
  return compared;
}

function asJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
