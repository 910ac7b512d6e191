import { ConfigError, StateError } from '@sluice/core/adapter';
import type { PipelineConfig } from '@sluice/core/config';
import { backfillPipeline, previewBackfill, type BackfillRequest } from '@sluice/core/engine';
import { createLogger } from '@sluice/core/service';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { composePipeline, requirePipeline } from '../compose-pipeline.js';
import { exitCodeOf } from '../exit-code-of.js';
import { EXIT } from '../exit-code.js';
import { instantArgument } from '../instant-argument.js';
import { backfillPlanAsJson, backfillPlanText } from '../output/backfill-plan-text.js';
import { backfillDisplay } from '../output/backfill-progress.js';
import { renderError } from '../output/render-error.js';
import { runAsJson, runSummary } from '../output/run-summary.js';
import { pipelineOptions, type PipelineArguments } from '../pipeline-options.js';
import { requireStream } from '../require-stream.js';
import { untilStopped } from '../stop-signals.js';
import { currentUser } from '../current-user.js';

interface BackfillArguments extends PipelineArguments {
  from: string;
  to: string;
  stream?: string | undefined;
  plan: boolean;
  parallel: number;
  why?: string | undefined;
}

const MOST_PARALLEL = 16;

export const backfillCommand: Command<BackfillArguments> = {
  builder: (argv) =>
    pipelineOptions(argv)
      .option('from', {
        type: 'string',
        demandOption: true,
        describe: 'The first event time: a date (UTC), or a date and time with its zone',
        group: 'Range:',
      })
      .option('to', { type: 'string', demandOption: true, describe: 'The end, itself not included', group: 'Range:' })
      .option('stream', { type: 'string', describe: 'Only this stream', group: 'Range:' })
      .option('plan', { type: 'boolean', default: false, describe: 'Say what it would do; sends and writes nothing' })
      .option('parallel', { type: 'number', default: 1, describe: 'How many windows at a time' })
      .option('why', { type: 'string', describe: 'Kept in the history of the state' })
      .check(({ parallel }) => {
        if (Number.isInteger(parallel) && parallel >= 1 && parallel <= MOST_PARALLEL) return true;
        throw new ConfigError([], `--parallel must be a whole number from 1 to ${MOST_PARALLEL}`);
      })
      .example('$0 backfill pipeline.yaml --from 2026-03-01 --to 2026-04-01 --plan', 'what March would take')
      .example('$0 backfill pipeline.yaml --from 2026-03-01 --to 2026-04-01 --parallel 4', 'March again'),
  handler: async (args, context) => {
    const config = await requirePipeline(args.config, args['env-file'], context);
    requireStream(
      args.stream,
      config.mapper.streams.map(({ stream }) => stream),
    );
    const request = {
      from: instantArgument('from', args.from),
      until: instantArgument('to', args.to),
      ...(args.stream === undefined ? {} : { streams: [args.stream] }),
    };
    return args.plan ? plan(args, config, request, context) : backfill(args, config, request, context);
  },
};

async function plan(
  args: BackfillArguments,
  config: PipelineConfig,
  request: BackfillRequest,
  context: CommandContext,
): Promise<number> {
  const { terminal, services } = context;
  const logger = loggerOf(args, context);
  const pipeline = composePipeline(config, logger, context);
  return untilStopped(async (signal) => {
    const reading = { ...pipeline, state: pipeline.state.reader(pipeline.name) };
    const options = { ...request, signal };
    const preview = await previewBackfill(reading, { runtime: services.runtime, logger }, options);
    if (args.json) terminal.out(`${JSON.stringify(backfillPlanAsJson(preview), null, 2)}\n`);
    else terminal.out(backfillPlanText(pipeline.name, preview));
    return EXIT.done;
  });
}

async function backfill(
  args: BackfillArguments,
  config: PipelineConfig,
  request: BackfillRequest,
  context: CommandContext,
): Promise<number> {
  const { terminal, services } = context;
  const { runtime, scheduler } = services;
  const logger = loggerOf(args, context);
  const pipeline = composePipeline(config, logger, context);
  const display = backfillDisplay(terminal, { runtime, logger });
  return untilStopped(
    async (signal) => {
      try {
        const result = await backfillPipeline(
          pipeline,
          { runtime, logger },
          {
            ...request,
            parallel: args.parallel,
            nextRun: (after) => scheduler.nextAfter(config.schedule, after),
            attribution: { by: currentUser(), ...(args.why === undefined ? {} : { why: args.why }) },
            signal,
            onProgress: display.update,
          },
        );
        display.end();
        const print = pipeline.sink.writesToStdout ? terminal.err : terminal.out;
        print(args.json ? `${JSON.stringify(runAsJson(result))}\n` : runSummary(result));
        if (result.failure) {
          terminal.err(renderError(result.failure, terminal.colour).text);
          if (result.failure instanceof StateError && result.report.requests === 0) terminal.err(BESIDE_OTHERS);
        }
        return exitCodeOf(result);
      } finally {
        display.end();
      }
    },
    () => terminal.err('\nsluice: finishing what is in flight; the same command goes on later; again to end at once\n'),
  );
}

const BESIDE_OTHERS =
  'A backfill has the pipeline to itself, and follows the source between its windows. Beside another process, let its run ' +
  'end first; `sluice start` begins one at every moment of the schedule, so stop it for the time of the backfill.\n';

function loggerOf(args: BackfillArguments, { terminal }: CommandContext) {
  return createLogger({ level: args['log-level'], pretty: terminal.interactive, colour: terminal.colour });
}
