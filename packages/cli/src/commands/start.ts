import type { Logger } from '@sluice/core/adapter';
import { systemRuntime } from '@sluice/core/engine';
import type { ListenAddress, LoadedPipeline } from '@sluice/sluice';
import { example } from '../options/example.js';
import { durationOption } from '../options/duration-option.js';
import { listenOption } from '../options/listen-option.js';
import { commonOptions, selectionOptions } from '../options/pipeline-options.js';
import { assertWholeNumber } from '../options/whole-number.js';
import { EXIT } from '../process/exit-code.js';
import { StoppedBySignal } from '../process/stop-signals.js';
import { counted, instantText, integer } from '../output/words.js';
import { theme } from '../terminal/theme.js';
import { sluiceCommand } from './sluice-command.js';

export const startCommand = sluiceCommand({
  options: (argv) =>
    selectionOptions(commonOptions(argv))
      .positional('config', { type: 'string', array: true, demandOption: true, describe: 'Pipeline files' })
      .option('listen', {
        string: true,
        default: '127.0.0.1:9464',
        describe: 'Serve /healthz, /readyz and /metrics at this address; --no-listen: nowhere',
        group: 'Service:',
      })
      .option('at-once', {
        type: 'number',
        default: 8,
        describe: 'How many pipelines may run at the same time; the others wait for their turn',
        group: 'Service:',
      })
      .option('turn', {
        type: 'string',
        default: '10m',
        describe: 'How long a run continues while others wait; then it saves its position and waits for its next turn',
        group: 'Service:',
      })
      .option('grace', {
        type: 'string',
        default: '30s',
        describe: 'How long to finish what is in flight after SIGTERM or Ctrl-C',
        group: 'Service:',
      })
      .check((args) => assertWholeNumber('at-once', args['at-once']))
      .epilogue(example('$0 start pipeline.yaml', 'every pipeline on its schedule, until stopped'))
      .epilogue(
        example('$0 start a.yaml b.yaml --listen 0.0.0.0:9464', 'two pipelines, monitored from other machines'),
      ),
  act: async (args, { sluice, output, terminal, signal }) => {
    const listen = listenOption(args.listen);
    const graceMs = durationOption('grace', args.grace);
    const turns = { atOnce: args['at-once'], turnMs: durationOption('turn', args.turn) };
    const pipelines = await sluice.loadAll(args.config, {
      envFile: args['env-file'],
      only: args.only,
      sink: args.sink,
    });
    if (terminal.interactive) output.note(serviceText(pipelines, listen));
    const ended = new AbortController();
    signal.addEventListener('abort', () => void endAfterGrace(graceMs, sluice.logger, signal, ended.signal));
    try {
      const { bugs } = await sluice.start(pipelines, { signal, listen, turns });
      return bugs.size === 0 ? EXIT.done : EXIT.failed;
    } finally {
      ended.abort();
    }
  },
});

/** How many pipelines are listed by name. */
const MOST_SHOWN = 10;

/** What a person sees who starts the service by hand: the log may say nothing until the first run. */
function serviceText(pipelines: readonly LoadedPipeline[], listen: ListenAddress | undefined): string {
  const shown = pipelines.slice(0, MOST_SHOWN);
  const more = pipelines.length - shown.length;
  const width = Math.max(...shown.map(({ name }) => name.length));
  const address =
    listen && (listen.host.includes(':') ? `[${listen.host}]:${listen.port}` : `${listen.host}:${listen.port}`);
  const lines = [
    `${theme.ok('started')} ${counted(pipelines.length, 'pipeline')}; Ctrl-C stops`,
    ...shown.map(
      ({ name, nextRun }) =>
        `  ${theme.name(name.padEnd(width))}  next run ${instantText(nextRun)}, and now if one is due`,
    ),
    ...(more === 0 ? [] : [`  and ${integer(more)} more`]),
    ...(address === undefined
      ? []
      : ['healthz', 'readyz', 'metrics'].map((path) => `  ${theme.path(`http://${address}/${path}`)}`)),
  ];
  return `${lines.join('\n')}\n`;
}

/** Ends the process if it has not ended by itself in time. What is lost is sent again by the next run. */
async function endAfterGrace(graceMs: number, logger: Logger, stop: AbortSignal, ended: AbortSignal): Promise<void> {
  logger.info({ graceMs }, 'stopping: finishing and saving what is in flight; a second signal ends at once');
  try {
    await systemRuntime.sleep(graceMs, ended);
  } catch {
    return;
  }
  logger.error({}, 'the grace period is over, ending now; what was sent since the last commit will be sent again');
  process.exit(stop.reason instanceof StoppedBySignal ? stop.reason.exitCode : EXIT.failed);
}
