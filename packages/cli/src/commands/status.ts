import { ConfigError, duration, StateError, type Logger } from '@sluice/core/adapter';
import type { PipelineConfig } from '@sluice/core/config';
import { pipelineStatus } from '@sluice/core/engine';
import { createLogger } from '@sluice/core/service';
import { askSource } from '../ask-source.js';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { composePipeline, requirePipelines } from '../compose-pipeline.js';
import { EXIT } from '../exit-code.js';
import { statusAsJson, statusText, type ShownStatus } from '../output/status-text.js';
import { commonOptions, type CommonArguments } from '../pipeline-options.js';

interface StatusArguments extends CommonArguments {
  config: string[];
  json: boolean;
  'max-lag'?: string | undefined;
}

/** Whoever watches wants an answer, also when the database gives none. */
const SOURCE_TIMEOUT_MS = 5000;

export const statusCommand: Command<StatusArguments> = {
  builder: (argv) =>
    commonOptions(argv)
      .positional('config', { type: 'string', array: true, demandOption: true, describe: 'Pipeline files' })
      .option('max-lag', {
        type: 'string',
        describe: 'Lag above which a pipeline is unhealthy, such as 3h; default: two missed runs',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON', group: 'Output:' })
      .example('$0 status configs/*.yaml', 'exit code 0: all are healthy')
      .example(
        '$0 status pipeline.yaml --max-lag 3h --json',
        'for monitoring: 1 if unhealthy, 3 with open dead letters',
      ),
  handler: async (args, context) => {
    const maxLagMs = maxLagOf(args['max-lag']);
    const configs = await requirePipelines(args.config, args['env-file'], context);
    const { terminal } = context;
    const logger = createLogger({ level: args['log-level'], pretty: terminal.interactive, colour: terminal.colour });
    const shown = await Promise.all(configs.map((config) => statusOf(config, maxLagMs, logger, context)));
    if (args.json) terminal.out(`${JSON.stringify(shown.map(statusAsJson), null, 2)}\n`);
    else terminal.out(shown.map(statusText).join('\n'));
    return codeOf(shown);
  },
};

/** Reads only, waits for no writer, and asks the source for nothing but its clock. */
async function statusOf(
  config: PipelineConfig,
  maxLagMs: number | undefined,
  logger: Logger,
  context: CommandContext,
): Promise<ShownStatus> {
  const { runtime, scheduler } = context.services;
  const { name, mapper, settleMs, revisitMs, schedule } = config;
  const pipeline = composePipeline(config, logger, context);
  const reader = pipeline.state.reader(name);
  try {
    const [state, holder, source] = await Promise.all([
      reader.read(),
      reader.holder(),
      askSource(pipeline.source, SOURCE_TIMEOUT_MS),
    ]);
    const status = pipelineStatus(state, {
      streams: mapper.streams.map(({ stream }) => stream),
      settleMs,
      revisitMs,
      now: runtime.now(),
      ...('silent' in source ? {} : { sourceNow: source.now, sourceEnd: source.end }),
      holder,
      nextRun: (after) => scheduler.nextAfter(schedule, after),
      maxLagMs,
    });
    return { pipeline: name, status, source };
  } catch (error) {
    if (error instanceof StateError) return { pipeline: name, unreadable: error.message };
    throw error;
  } finally {
    await pipeline.sink.close();
  }
}

function codeOf(shown: readonly ShownStatus[]): number {
  const healths = shown.map((each) => ('unreadable' in each ? 'unhealthy' : each.status.health));
  if (healths.includes('unhealthy')) return EXIT.failed;
  return healths.includes('dead-letters') ? EXIT.deadLetters : EXIT.done;
}

function maxLagOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const { data, error } = duration().safeParse(text);
  if (data === undefined) {
    throw new ConfigError([], `--max-lag ${text}: ${error?.issues[0]?.message ?? 'not a duration'}`);
  }
  return data;
}
