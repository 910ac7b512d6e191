import { ConfigError, duration, type Logger, type Runtime } from '@sluice/core/adapter';
import type { PipelineConfig } from '@sluice/core/config';
import { createLogger } from '@sluice/core/service';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { requirePipelines } from '../compose-pipeline.js';
import { EXIT } from '../exit-code.js';
import { listenAddress } from '../monitoring/listen-address.js';
import { servePipelines } from '../monitoring/serve-pipelines.js';
import { commonOptions, type CommonArguments } from '../pipeline-options.js';
import { stopOnSignals } from '../stop-signals.js';

interface StartArguments extends CommonArguments {
  config: string[];
  /** yargs makes `false` of `--no-listen`. */
  listen: string | false;
  grace: string;
}

export const startCommand: Command<StartArguments> = {
  builder: (argv) =>
    commonOptions(argv)
      .positional('config', { type: 'string', array: true, demandOption: true, describe: 'Pipeline files' })
      .option('listen', {
        string: true,
        default: '127.0.0.1:9464',
        describe: 'Serve /healthz, /readyz and /metrics here; --no-listen: nowhere',
        group: 'Service:',
      })
      .option('grace', {
        type: 'string',
        default: '30s',
        describe: 'How long what is in flight may take after SIGTERM or Ctrl-C',
        group: 'Service:',
      })
      .example('$0 start configs/langfuse-to-posthog.yaml', 'every pipeline on its schedule, until stopped')
      .example('$0 start a.yaml b.yaml --listen 0.0.0.0:9464', 'two pipelines, watched from other machines'),
  handler: start,
};

async function start(args: StartArguments, context: CommandContext): Promise<number> {
  const { terminal, services } = context;
  const address = args.listen === false ? undefined : listenAddress(args.listen);
  const graceMs = graceOf(args.grace);
  const configs = await requirePipelines(args.config, args['env-file'], context);
  refuseSameNames(configs);
  const logger = createLogger({ level: args['log-level'], pretty: terminal.interactive, colour: terminal.colour });
  const ended = new AbortController();
  const stop = stopOnSignals(() => {
    logger.info(
      { grace: args.grace },
      'stopping: what is in flight is finished and saved; a second signal ends at once',
    );
    void endAfterGrace(graceMs, logger, services.runtime, ended.signal, () => process.exit(stop.exitCode()));
  });
  try {
    const { signal } = stop;
    const isWell = await servePipelines(configs, logger, context, { address, signal });
    return stop.exitCode() ?? (isWell ? EXIT.done : EXIT.failed);
  } finally {
    ended.abort();
    stop.release();
  }
}

/** Ends the process when it has not ended by itself in time. What is lost is sent again by the next run. */
async function endAfterGrace(
  graceMs: number,
  logger: Logger,
  runtime: Runtime,
  ended: AbortSignal,
  exit: () => void,
): Promise<void> {
  try {
    await runtime.sleep(graceMs, ended);
  } catch {
    return;
  }
  logger.error({}, 'the grace period is over: ending now; what was sent since the last commit is sent again');
  exit();
}

function graceOf(text: string): number {
  const { data, error } = duration().safeParse(text);
  if (data === undefined)
    throw new ConfigError([], `--grace ${text}: ${error?.issues[0]?.message ?? 'not a duration'}`);
  return data;
}

/** Their state, their metrics and their log lines would be mixed up. */
function refuseSameNames(configs: readonly PipelineConfig[]): void {
  const files = new Map<string, string>();
  for (const { name, file } of configs) {
    const other = files.get(name);
    if (other !== undefined) {
      throw new ConfigError([], `two pipelines are called "${name}": ${other} and ${file}. Give one another name`);
    }
    files.set(name, file);
  }
}
