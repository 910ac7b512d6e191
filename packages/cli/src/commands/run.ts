import { runPipeline } from '@sluice/core/engine';
import { createLogger } from '@sluice/core/service';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { composePipeline, requirePipeline } from '../compose-pipeline.js';
import { exitCodeOf } from '../exit-code-of.js';
import { progressDisplay } from '../output/progress-display.js';
import { renderError } from '../output/render-error.js';
import { runAsJson, runSummary } from '../output/run-summary.js';
import { pipelineOptions, type PipelineArguments } from '../pipeline-options.js';
import { FINISHING, untilStopped } from '../stop-signals.js';

export const runCommand: Command<PipelineArguments> = {
  builder: (argv) =>
    pipelineOptions(argv)
      .example('$0 run configs/langfuse-to-posthog.yaml', 'one pass until caught up')
      .example('$0 run pipeline.yaml --env-file .env --json', 'the report as JSON on stdout'),
  handler: run,
};

async function run(args: PipelineArguments, context: CommandContext): Promise<number> {
  const { terminal, services } = context;
  const config = await requirePipeline(args.config, args['env-file'], context);
  const logger = createLogger({ level: args['log-level'], pretty: terminal.interactive, colour: terminal.colour });
  const pipeline = composePipeline(config, logger, context);
  const progress = progressDisplay(terminal, services.runtime);
  return untilStopped(
    async (signal) => {
      try {
        const result = await runPipeline(
          pipeline,
          { runtime: services.runtime, logger },
          { signal, onProgress: progress.update },
        );
        progress.end();
        const print = pipeline.sink.writesToStdout ? terminal.err : terminal.out;
        print(args.json ? `${JSON.stringify(runAsJson(result))}\n` : runSummary(result));
        if (result.failure) terminal.err(renderError(result.failure, terminal.colour).text);
        return exitCodeOf(result);
      } finally {
        progress.end();
      }
    },
    () => terminal.err(FINISHING),
  );
}
