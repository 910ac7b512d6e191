import { ConfigError } from '@sluice/core/adapter';
import { createLogger, redactKnownSecrets } from '@sluice/core/service';
import { checkPipeline } from '../check/check-pipeline.js';
import { isBad } from '../check/check-section.js';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { composePipeline, loadPipeline } from '../compose-pipeline.js';
import { EXIT } from '../exit-code.js';
import { checkSummary, checkText } from '../output/check-text.js';
import { pipelineOptions, type PipelineArguments } from '../pipeline-options.js';
import { untilStopped } from '../stop-signals.js';

export const checkCommand: Command<PipelineArguments> = {
  builder: (argv) =>
    pipelineOptions(argv)
      .example('$0 check configs/langfuse-to-posthog.yaml', 'what works, and a fix for what does not')
      .example('$0 check pipeline.yaml --env-file .env --json', 'the findings as JSON on stdout'),
  handler: check,
};

async function check(args: PipelineArguments, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const { pipeline: config, problems } = await loadPipeline(args.config, args['env-file'], context);
  if (!config) throw new ConfigError(problems);
  const logger = createLogger({ level: args['log-level'], pretty: terminal.interactive, colour: terminal.colour });
  const pipeline = composePipeline(config, logger, context);
  return untilStopped(async (signal) => {
    try {
      const sections = await checkPipeline(config, problems, pipeline, signal);
      if (args.json) terminal.out(`${redactKnownSecrets(JSON.stringify(sections, null, 2))}\n`);
      else for (const section of sections) terminal.out(checkText(section));
      terminal.err(`${checkSummary(sections)}\n`);
      return sections.some(isBad) ? EXIT.failed : EXIT.done;
    } finally {
      await pipeline.source.close();
      await pipeline.sink.close();
    }
  });
}
