import type { Logger } from '@sluice/core/adapter';
import type { PipelineConfig } from '@sluice/core/config';
import {
  isAccountedFor,
  repairPipeline,
  verifyPipeline,
  type RepairResult,
  type Verification,
} from '@sluice/core/engine';
import { createLogger } from '@sluice/core/service';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { composePipeline, requirePipeline } from '../compose-pipeline.js';
import { exitCodeOf } from '../exit-code-of.js';
import { EXIT } from '../exit-code.js';
import { renderError } from '../output/render-error.js';
import { runAsJson, runSummary } from '../output/run-summary.js';
import { verificationAsJson, verificationText } from '../output/verification-text.js';
import { pipelineOptions, type PipelineArguments } from '../pipeline-options.js';
import { FINISHING, untilStopped } from '../stop-signals.js';
import { currentUser } from '../current-user.js';

interface VerifyArguments extends PipelineArguments {
  repair: boolean;
  why?: string | undefined;
}

export const verifyCommand: Command<VerifyArguments> = {
  builder: (argv) =>
    pipelineOptions(argv)
      .option('repair', { type: 'boolean', default: false, describe: 'Export the hours that differ again' })
      .option('why', { type: 'string', describe: 'Kept in the history of the state, with --repair' })
      .example('$0 verify pipeline.yaml', 'exit code 0 only when every record is accounted for')
      .example('$0 verify pipeline.yaml --repair', 'exports the hours that differ again'),
  handler: async (args, context) => {
    const { terminal } = context;
    const config = await requirePipeline(args.config, args['env-file'], context);
    const logger = createLogger({ level: args['log-level'], pretty: terminal.interactive, colour: terminal.colour });
    return args.repair ? repair(args, config, logger, context) : verify(args, config, logger, context);
  },
};

async function verify(
  args: VerifyArguments,
  config: PipelineConfig,
  logger: Logger,
  context: CommandContext,
): Promise<number> {
  const { terminal, services } = context;
  const pipeline = composePipeline(config, logger, context);
  return untilStopped(async (signal) => {
    const reading = { ...pipeline, state: pipeline.state.reader(pipeline.name) };
    const verification = await verifyPipeline(reading, { runtime: services.runtime, logger }, { signal });
    print(verification, args, terminal.out);
    return codeOf(verification);
  });
}

async function repair(
  args: VerifyArguments,
  config: PipelineConfig,
  logger: Logger,
  context: CommandContext,
): Promise<number> {
  const { terminal, services } = context;
  const pipeline = composePipeline(config, logger, context);
  return untilStopped(
    async (signal) => {
      const attribution = { by: currentUser(), ...(args.why === undefined ? {} : { why: args.why }) };
      const options = { signal, attribution };
      const result = await repairPipeline(pipeline, { runtime: services.runtime, logger }, options);
      const out = pipeline.sink.writesToStdout ? terminal.err : terminal.out;
      if (args.json) out(`${JSON.stringify(repairAsJson(result), null, 2)}\n`);
      else {
        if (result.before) out(`Before:\n${verificationText(result.before)}\n`);
        out(runSummary(result));
        if (result.after) out(`\nAfter:\n${verificationText(result.after)}`);
      }
      if (result.failure) terminal.err(renderError(result.failure, terminal.colour).text);
      const code = exitCodeOf(result);
      if (code !== EXIT.done || !result.after) return code;
      return codeOf(result.after);
    },
    () => terminal.err(FINISHING),
  );
}

function print(verification: Verification, { json }: VerifyArguments, out: (text: string) => void): void {
  out(json ? `${JSON.stringify(verificationAsJson(verification), null, 2)}\n` : verificationText(verification));
}

function codeOf(verification: Verification): number {
  return isAccountedFor(verification) ? EXIT.done : EXIT.failed;
}

function repairAsJson({ before, after, ...result }: RepairResult) {
  return {
    ...runAsJson(result),
    ...(before ? { before: verificationAsJson(before) } : {}),
    ...(after ? { after: verificationAsJson(after) } : {}),
  };
}
