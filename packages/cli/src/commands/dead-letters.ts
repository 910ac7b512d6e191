import { ConfigError, type Logger } from '@sluice/core/adapter';
import type { PipelineConfig } from '@sluice/core/config';
import { discardDeadLetters, replayDeadLetters, type ReplayResult } from '@sluice/core/engine';
import { createLogger } from '@sluice/core/service';
import type { DeadLetter } from '@sluice/core/state';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { composePipeline, requirePipeline } from '../compose-pipeline.js';
import { confirm } from '../confirm.js';
import { exitCodeOf } from '../exit-code-of.js';
import { EXIT } from '../exit-code.js';
import { deadLetterAsJson, deadLetterCount, deadLetterList, deadLetterText } from '../output/dead-letter-text.js';
import { renderError } from '../output/render-error.js';
import { runAsJson, runSummary } from '../output/run-summary.js';
import { integer } from '../output/table.js';
import { pipelineOptions, type PipelineArguments } from '../pipeline-options.js';
import { FINISHING, untilStopped } from '../stop-signals.js';
import { currentUser } from '../current-user.js';

const ACTIONS = ['list', 'show', 'replay', 'discard'] as const;

interface DeadLettersArguments extends PipelineArguments {
  action: (typeof ACTIONS)[number];
  id?: string[] | undefined;
  stream?: string | undefined;
  reason?: string | undefined;
  key?: string | undefined;
  all: boolean;
  why?: string | undefined;
  yes: boolean;
}

export const deadLettersCommand: Command<DeadLettersArguments> = {
  builder: (argv) =>
    pipelineOptions(
      argv
        .positional('action', { choices: ACTIONS, demandOption: true, describe: 'What to do with them' })
        .positional('id', { type: 'string', array: true, describe: 'Only these dead letters' }),
    )
      .option('stream', { type: 'string', describe: 'Only those of this stream', group: 'Selection:' })
      .option('reason', { type: 'string', describe: 'Only those with this reason', group: 'Selection:' })
      .option('key', { type: 'string', describe: 'Only those of the record with this key', group: 'Selection:' })
      .option('all', {
        type: 'boolean',
        default: false,
        describe: 'All of them: replay and discard want to be told',
        group: 'Selection:',
      })
      .option('why', { type: 'string', describe: 'Kept in the history of the state' })
      .option('yes', { type: 'boolean', default: false, describe: 'Do not ask before discarding' })
      .example('$0 dead-letters list pipeline.yaml', 'those that are open')
      .example('$0 dead-letters show pipeline.yaml 12-1', 'record, event, reason and answer')
      .example('$0 dead-letters replay pipeline.yaml --reason mapping-failed', 'after the mapping was mended')
      .example('$0 dead-letters discard pipeline.yaml 12-1 --why "a test record"', 'closes it undelivered'),
  handler: async (args, context) => {
    const config = await requirePipeline(args.config, args['env-file'], context);
    const { terminal } = context;
    const logger = createLogger({ level: args['log-level'], pretty: terminal.interactive, colour: terminal.colour });
    if (args.action === 'replay') return replay(args, config, logger, context);
    if (args.action === 'discard') return discard(args, config, logger, context);
    const letters = await selected(args, config, logger, context);
    if (args.json) terminal.out(`${JSON.stringify(letters.map(deadLetterAsJson), null, 2)}\n`);
    else if (args.action === 'list') terminal.out(deadLetterList(letters));
    else terminal.out(letters.map(deadLetterText).join('\n'));
    return EXIT.done;
  },
};

/** Which dead letters the arguments mean. */
function isWanted({ id, stream, reason, key }: DeadLettersArguments): (letter: DeadLetter) => boolean {
  return (letter) =>
    (id === undefined || id.length === 0 || id.includes(letter.id)) &&
    (stream === undefined || letter.stream === stream) &&
    (reason === undefined || letter.reason === reason) &&
    (key === undefined || letter.key === key);
}

/** The open ones that the arguments mean. An id that is not among them is an error: it may be misspelt. */
async function selected(
  args: DeadLettersArguments,
  config: PipelineConfig,
  logger: Logger,
  context: CommandContext,
): Promise<readonly DeadLetter[]> {
  const { state, name } = composePipeline(config, logger, context);
  const wanted = isWanted(args);
  const letters: DeadLetter[] = [];
  for await (const letter of state.reader(name).deadLetters()) if (wanted(letter)) letters.push(letter);
  const missing = (args.id ?? []).filter((id) => letters.every((letter) => letter.id !== id));
  if (missing.length === 0) return letters;
  throw new ConfigError(
    [],
    `no open dead letter ${missing.join(', ')} that fits: sluice dead-letters list ${args.config} shows those there are`,
  );
}

/** Replaying or discarding everything by leaving the selection out would be too easy. */
async function selectedOnPurpose(
  args: DeadLettersArguments,
  config: PipelineConfig,
  logger: Logger,
  context: CommandContext,
): Promise<readonly DeadLetter[]> {
  const isNarrow = (args.id ?? []).length > 0 || args.stream !== undefined || args.reason !== undefined;
  if (!isNarrow && args.key === undefined && !args.all) {
    throw new ConfigError([], `which ones? Give ids, --stream, --reason or --key, or say --all`);
  }
  return selected(args, config, logger, context);
}

async function replay(
  args: DeadLettersArguments,
  config: PipelineConfig,
  logger: Logger,
  context: CommandContext,
): Promise<number> {
  const { terminal, services } = context;
  const letters = await selectedOnPurpose(args, config, logger, context);
  if (letters.length === 0) {
    terminal.out(args.json ? '{"closed":0,"deadAgain":0,"left":[]}\n' : 'no open dead letters\n');
    return EXIT.done;
  }
  const pipeline = composePipeline(config, logger, context);
  return untilStopped(
    async (signal) => {
      const result = await replayDeadLetters(
        pipeline,
        { runtime: services.runtime, logger },
        { signal, wanted: isWanted(args), attribution: attributionOf(args) },
      );
      const print = pipeline.sink.writesToStdout ? terminal.err : terminal.out;
      print(args.json ? `${JSON.stringify(replayAsJson(result))}\n` : replayText(result));
      if (result.failure) terminal.err(renderError(result.failure, terminal.colour).text);
      return exitCodeOf(result);
    },
    () => terminal.err(FINISHING),
  );
}

async function discard(
  args: DeadLettersArguments,
  config: PipelineConfig,
  logger: Logger,
  context: CommandContext,
): Promise<number> {
  const { terminal, services } = context;
  const letters = await selectedOnPurpose(args, config, logger, context);
  const question = `Discard ${deadLetterCount(letters.length)} of ${config.name}? What they hold is then never delivered.`;
  if (letters.length > 0 && !(await confirm(question, args.yes, terminal))) return EXIT.failed;
  const { state, name } = composePipeline(config, logger, context);
  const ids = letters.map(({ id }) => id);
  const attribution = { ...attributionOf(args), at: services.runtime.now() };
  const discarded = ids.length === 0 ? 0 : await discardDeadLetters(state, name, ids, attribution);
  terminal.out(args.json ? `${JSON.stringify({ discarded })}\n` : `${deadLetterCount(discarded)} discarded\n`);
  return EXIT.done;
}

function attributionOf({ why }: DeadLettersArguments): { readonly by: string; readonly why?: string } {
  return { by: currentUser(), ...(why === undefined ? {} : { why }) };
}

function replayText(result: ReplayResult): string {
  const { closed, deadAgain, left } = result.replay;
  const lines = [`${deadLetterCount(closed)} closed, ${integer(deadAgain)} dead again`];
  if (left.length > 0) {
    lines.push(
      `${integer(left.length)} left open: the source no longer has their records, or the mapping their stream:`,
      deadLetterList(left).trimEnd(),
      'sluice dead-letters discard closes those that nobody needs',
    );
  }
  return `${runSummary(result)}\n${lines.join('\n')}\n`;
}

function replayAsJson(result: ReplayResult) {
  const { closed, deadAgain, left } = result.replay;
  return { ...runAsJson(result), closed, deadAgain, left: left.map(({ id }) => id) };
}
