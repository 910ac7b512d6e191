import { ConfigError } from '@sluice/core/adapter';
import type { PipelineConfig } from '@sluice/core/config';
import { previewPipeline } from '@sluice/core/engine';
import { createLogger } from '@sluice/core/service';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { composePipeline, requirePipeline } from '../compose-pipeline.js';
import { EXIT } from '../exit-code.js';
import { pipelineOptions, type PipelineArguments } from '../pipeline-options.js';
import { requireStream } from '../require-stream.js';
import { untilStopped } from '../stop-signals.js';

interface PreviewArguments extends PipelineArguments {
  stream?: string | undefined;
  limit: number;
  variant?: string | undefined;
}

export const previewCommand: Command<PreviewArguments> = {
  builder: (argv) =>
    pipelineOptions(argv)
      .option('stream', { type: 'string', describe: 'Only this stream', group: 'Selection:' })
      .option('limit', {
        type: 'number',
        default: 5,
        describe: 'How many records of each stream',
        group: 'Selection:',
      })
      .option('variant', {
        type: 'string',
        describe: 'Show the requests in this form of the sink, such as another protocol',
        group: 'Selection:',
      })
      .check(({ limit }) => {
        if (Number.isInteger(limit) && limit > 0) return true;
        throw new ConfigError([], '--limit must be a whole number above 0');
      })
      .example('$0 preview configs/langfuse-to-posthog.yaml --stream generation --limit 3 --json', 'for programs'),
  handler: preview,
};

async function preview(args: PreviewArguments, context: CommandContext): Promise<number> {
  const { terminal, services } = context;
  const config = await requirePipeline(args.config, args['env-file'], context);
  requireStream(
    args.stream,
    config.mapper.streams.map(({ stream }) => stream),
  );
  const logger = createLogger({ level: args['log-level'], pretty: terminal.interactive, colour: terminal.colour });
  const pipeline = composePipeline(withVariant(config, args.variant), logger, context);
  return untilStopped(async (signal) => {
    const { requests, notSent } = await previewPipeline(
      pipeline,
      { runtime: services.runtime, logger },
      { limit: args.limit, signal, ...(args.stream === undefined ? {} : { stream: args.stream }) },
    );
    for (const { stream, key, reason } of notSent) terminal.err(`not sent: ${stream} ${key}: ${reason}\n`);
    for (const assumption of new Set(requests.flatMap((request) => request.assumption ?? []))) {
      terminal.err(`${assumption}\n`);
    }
    const shown = requests.map(({ target, headers, body }) => ({ target, headers, body }));
    if (args.json) terminal.out(`${JSON.stringify(shown, null, 2)}\n`);
    else for (const request of shown) terminal.out(requestText(request));
    if (requests.length === 0) terminal.err('sluice: no records to show\n');
    return EXIT.done;
  });
}

function withVariant(config: PipelineConfig, name: string | undefined): PipelineConfig {
  if (name === undefined) return config;
  const { sink } = config;
  const { previewVariants = [] } = sink.definition;
  const variant = previewVariants.find((each) => each.name === name);
  if (variant !== undefined)
    return { ...config, sink: { ...sink, config: { ...Object(sink.config), ...variant.with } } };
  const names = previewVariants.map((each) => each.name);
  const known = names.length === 0 ? 'it has none' : `it has ${names.join(' and ')}`;
  throw new ConfigError([], `the sink ${sink.type} has no variant "${name}": ${known}`);
}

function requestText(request: { target: string; headers: Readonly<Record<string, string>>; body: unknown }): string {
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}\n`);
  return `${request.target}\n${headers.join('')}\n${JSON.stringify(request.body, null, 2)}\n\n`;
}
