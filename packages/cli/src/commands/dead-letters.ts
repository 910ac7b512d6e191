import { ConfigError } from '@sluice/core/adapter';
import type { DeadLetter } from '@sluice/core/state';
import type { ReplayResult } from '@sluice/core/engine';
import { requireStream, type LoadedPipeline } from '@sluice/sluice';
import { example } from '../options/example.js';
import { attributionOf } from '../options/attribution.js';
import { whyOption, type PipelineArguments } from '../options/pipeline-options.js';
import { deadLetterAsJson, deadLetterList, deadLetterText, noneSelectedText } from '../output/dead-letter-text.js';
import { commandLine, nextStep } from '../output/next-step.js';
import { runAsJson, runSummary, type SummaryOf } from '../output/run-summary.js';
import { counted, integer } from '../output/words.js';
import { EXIT } from '../process/exit-code.js';
import { confirm } from '../terminal/confirm.js';
import { pipelineCommand, printRun } from './pipeline-command.js';
import { FINISHING, type Work } from './sluice-command.js';

const ACTIONS = ['list', 'show', 'replay', 'discard'] as const;

interface Selection {
  readonly id?: string[] | undefined;
  readonly stream: string | undefined;
  readonly reason: string | undefined;
  readonly key: string | undefined;
}

interface DeadLettersArguments extends PipelineArguments, Selection {
  action: (typeof ACTIONS)[number];
  all: boolean;
  why: string | undefined;
  yes: boolean;
}

export const deadLettersCommand = pipelineCommand<DeadLettersArguments>({
  options: (argv) =>
    whyOption(argv)
      .positional('action', { choices: ACTIONS, demandOption: true, describe: 'What to do with them' })
      .positional('id', { type: 'string', array: true, describe: 'Only these dead letters' })
      .option('stream', { type: 'string', describe: 'Only those of this stream', group: 'Selection:' })
      .option('reason', { type: 'string', describe: 'Only those with this reason', group: 'Selection:' })
      .option('key', { type: 'string', describe: 'Only those of the record with this key', group: 'Selection:' })
      .option('all', {
        type: 'boolean',
        default: false,
        describe: 'Select all dead letters (required for replay and discard without a selection)',
        group: 'Selection:',
      })
      .option('yes', { type: 'boolean', default: false, describe: 'Discard without asking' })
      .epilogue(example('$0 dead-letters list pipeline.yaml', 'those that are open'))
      .epilogue(example('$0 dead-letters show pipeline.yaml 12-1', 'record, event, reason and answer'))
      .epilogue(example('$0 dead-letters replay pipeline.yaml --reason mapping-failed', 'after the mapping was fixed'))
      .epilogue(example('$0 dead-letters discard pipeline.yaml 12-1 --why "a test record"', 'closes it undelivered')),
  stopping: FINISHING,
  refuse: (args) => {
    const isRead = args.action === 'list' || args.action === 'show';
    const { id = [], stream, reason, key, all } = args;
    if (isRead || all || id.length > 0 || [stream, reason, key].some((each) => each !== undefined)) return;
    throw new ConfigError([], `nothing is selected; pass ids, --stream, --reason or --key, or --all`);
  },
  // An id belongs to the dead letters of one sink.
  several: ({ id = [] }) => (id.length > 0 ? 'one' : 'in turn'),
  act: async (pipeline, args, work) => {
    const { letters, openReasons } = await selected(pipeline, args);
    if (letters.length === 0 && !args.json) {
      work.output.text(noneSelectedText(openReasons, args.reason));
      return EXIT.done;
    }
    if (args.action === 'replay') return replay(pipeline, letters, args, work);
    if (args.action === 'discard') return discard(pipeline, letters, args, work);
    if (args.json) work.output.json(letters.map(deadLetterAsJson));
    else if (args.action === 'show') {
      const { personalData } = pipeline.config.deadLetters;
      work.output.text(letters.map((letter) => deadLetterText(letter, personalData)).join('\n'));
    } else {
      work.output.text(deadLetterList(letters));
      const [first] = letters;
      if (first) work.output.note(nextStep(commandLine(['dead-letters', 'show', args.config, first.id], args)));
    }
    return EXIT.done;
  },
});

async function replay(
  pipeline: LoadedPipeline,
  letters: readonly DeadLetter[],
  args: DeadLettersArguments,
  work: Work,
): Promise<number> {
  if (letters.length === 0) {
    work.output.json({ closed: 0, failedAgain: 0, left: [] }, 0);
    return EXIT.done;
  }
  const options = { signal: work.signal, wanted: isSelected(args), attribution: attributionOf(args) };
  const result = await pipeline.deadLetters.replay(options);
  return printRun(pipeline, result, args, work, { asJson: replayAsJson, asText: replayText });
}

async function discard(
  pipeline: LoadedPipeline,
  letters: readonly DeadLetter[],
  args: DeadLettersArguments,
  { output, terminal, signal }: Work,
): Promise<number> {
  const question = `Discard ${counted(letters.length, 'dead letter')} of ${pipeline.name}? They will never be delivered.`;
  if (letters.length > 0 && !(await confirm(question, { yes: args.yes, terminal, signal }))) return EXIT.failed;
  const ids = letters.map(({ id }) => id);
  const discarded = await pipeline.deadLetters.discard(ids, attributionOf(args));
  if (args.json) output.json({ discarded }, 0);
  else output.text(`${counted(discarded, 'dead letter')} discarded\n`);
  return EXIT.done;
}

function isSelected({ id = [], stream, reason, key }: Selection): (letter: DeadLetter) => boolean {
  return (letter) =>
    (id.length === 0 || id.includes(letter.id)) &&
    (stream === undefined || letter.stream === stream) &&
    (reason === undefined || letter.reason === reason) &&
    (key === undefined || letter.key === key);
}

/** The open ones that the arguments select. An unknown stream or id is an error: it may be misspelt. */
async function selected(
  pipeline: LoadedPipeline,
  args: DeadLettersArguments,
): Promise<{ readonly letters: readonly DeadLetter[]; readonly openReasons: readonly string[] }> {
  const isWanted = isSelected(args);
  const letters: DeadLetter[] = [];
  // The mapping may no longer read the stream of a dead letter.
  const streams = new Set(pipeline.streams);
  const reasons = new Set<string>();
  for await (const letter of pipeline.deadLetters.list()) {
    streams.add(letter.stream);
    reasons.add(letter.reason);
    if (isWanted(letter)) letters.push(letter);
  }
  requireStream(args.stream, [...streams]);
  const missing = (args.id ?? []).filter((id) => letters.every((letter) => letter.id !== id));
  if (missing.length === 0) return { letters, openReasons: [...reasons] };
  throw new ConfigError(
    [],
    `no matching open dead letter ${missing.join(', ')}; list them with \`${commandLine(['dead-letters', 'list', args.config], args)}\``,
  );
}

function replayText(result: ReplayResult, of: SummaryOf): string {
  const { closed, failedAgain, left } = result.replay;
  const lines = [`${counted(closed, 'dead letter')} closed, ${integer(failedAgain)} failed again`];
  if (left.length > 0) {
    lines.push(
      `${integer(left.length)} left open: their record is no longer in the source, or the mapping no longer reads their stream`,
      deadLetterList(left).trimEnd(),
      'close those that are not needed with `sluice dead-letters discard`',
    );
  }
  return `${runSummary(result, of)}\n${lines.join('\n')}\n`;
}

function replayAsJson(result: ReplayResult): object {
  const { left, ...counts } = result.replay;
  return { ...runAsJson(result), ...counts, left: left.map(({ id }) => id) };
}
