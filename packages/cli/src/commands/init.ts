import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, parse, relative, resolve } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import { environmentFromFile } from '@sluice/core/config';
import { example } from '../options/example.js';
import { givenAnswers, type Answers } from '../init/answers.js';
import { askAnswers, type Asked } from '../init/ask-answers.js';
import { checkAnswers } from '../init/check-answers.js';
import { lintNewFiles, newFiles } from '../init/new-files.js';
import { nextSteps } from '../init/next-steps.js';
import { choosePair, type Pair } from '../init/pair.js';
import { PromptsEnded, terminalPrompter, type Prompter } from '../init/prompter.js';
import { writeSecretFile } from '../init/secret-file.js';
import { checkText } from '../output/check-text.js';
import { EXIT } from '../process/exit-code.js';
import type { Terminal } from '../terminal/terminal.js';
import { sluiceCommand, type Work } from './sluice-command.js';

type InitArguments = Parameters<typeof initCommand.handler>[0];

export const initCommand = sluiceCommand({
  options: (argv) =>
    argv
      .positional('dir', { type: 'string', default: '.', describe: 'Where to write the files' })
      .option('source', { type: 'string', describe: 'The source', group: 'Pipeline:' })
      .option('sink', { type: 'string', describe: 'The sink', group: 'Pipeline:' })
      .option('name', { type: 'string', describe: 'The name of the pipeline', group: 'Pipeline:' })
      .option('start', {
        type: 'string',
        describe: 'What the first run exports: beginning, now, or a date',
        group: 'Pipeline:',
      })
      .option('set', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [],
        describe: "An answer, such as sink.host=eu or source.url='${READER_URL}'",
        group: 'Pipeline:',
      })
      .option('env-file', {
        type: 'string',
        describe: 'Read variables from this file; those of the environment win',
        group: 'Configuration:',
      })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Ask nothing: use flags and defaults' })
      .option('check', { type: 'boolean', default: true, describe: 'Check the connections whose secrets are known' })
      .option('force', { type: 'boolean', default: false, describe: 'Overwrite existing files' })
      .epilogue(example('$0 init', 'asks what it needs to know'))
      .epilogue(example('$0 init export --yes --set sink.host=eu --start 2026-01-01', 'for scripts')),
  act: async (args, work) => {
    try {
      await init(args, work);
      return EXIT.done;
    } catch (error) {
      if (error instanceof PromptsEnded) return EXIT.interrupted;
      throw error;
    }
  },
});

const NAME = /^[a-z0-9][a-z0-9-]*$/u;
const START = /^(?:beginning|now|\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?)$/u;
const nameProblem = (text: string) => (NAME.test(text) ? undefined : 'expected lower-case letters, digits and hyphens');
const startProblem = (text: string) =>
  START.test(text) ? undefined : 'expected beginning, now, or a date such as 2026-01-31';

async function init(args: InitArguments, work: Work): Promise<void> {
  const { terminal, sluice, output, signal } = work;
  const directory = resolve(args.dir);
  const here = (path: string) => relative(process.cwd(), path);
  const envFile = args['env-file'] === undefined ? undefined : resolve(args['env-file']);
  const environment = envFile === undefined ? work.environment : environmentFromFile(envFile, work.environment);
  const refuseExisting = args.force ? () => undefined : assertNew;
  refuseExisting([join(directory, '.env.example')]);

  const prompter = await prompterFor(args, terminal);
  const pair = await choosePair(args, sluice.adapters, join(directory, 'pipeline.yaml'), prompter);
  const name = await answerOr(args.name, '--name', nameProblem, async () =>
    prompter === undefined ? nameOf(pair) : prompter.text('Name of the pipeline', nameOf(pair), nameProblem),
  );
  const given = givenAnswers(args.set, pair);
  const { answers, typed } = await askAnswers(pair, given, {
    prompter,
    environment,
    check: async (part, soFar, secrets) => {
      if (!args.check) return undefined;
      const section = await checkAnswers(part, pair, soFar, secrets, { sluice, directory, signal });
      if (section !== undefined) output.note(checkText(section));
      return section;
    },
  });
  const start = await answerOr(args.start, '--start', startProblem, async () =>
    prompter === undefined ? 'beginning' : askStart(prompter),
  );

  const pipeline = { directory, name, start, pair, answers };
  const files = newFiles(pipeline);
  await lintNewFiles(files, pipeline);
  const own = join(directory, '.env');
  const keeps = await isToBeKept(prompter, typed, here(own));
  const paths = [...files.map(({ path }) => path), ...(keeps ? [own] : [])];
  refuseExisting(paths);
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const missing = missingVariables(answers, { ...environment, ...(keeps ? typed : {}) });
  const ignore = join(directory, '.gitignore');
  // One that is there is a person's own.
  if (!existsSync(ignore)) writeFileSync(ignore, '.env\n.sluice/\nnode_modules/\n');
  if (keeps) writeSecretFile(own, { ...Object.fromEntries(missing.map((variable) => [variable, ''])), ...typed });
  terminal.out(`Written: ${paths.map(here).join(', ')}\n`);
  terminal.out(nextSteps({ file: paths[0] ?? '', directory, envFile: keeps ? own : envFile, missing }));
}

/** Undefined when nobody may be asked. */
async function prompterFor({ yes }: InitArguments, terminal: Terminal): Promise<Prompter | undefined> {
  if (yes) return undefined;
  if (terminal.interactive && terminal.streams.stdin.isTTY) return terminalPrompter(terminal.streams);
  throw new ConfigError([], 'not a terminal; pass --yes and flags for anything that differs from the defaults');
}

async function answerOr(
  given: string | undefined,
  flag: string,
  problemOf: (text: string) => string | undefined,
  otherwise: () => Promise<string>,
): Promise<string> {
  if (given === undefined) return otherwise();
  const problem = problemOf(given);
  if (problem !== undefined) throw new ConfigError([], `${flag}: ${problem}`);
  return given;
}

function nameOf({ source, sink, preset }: Pair): string {
  if (preset !== undefined) return parse(preset.pipeline).name;
  return `${source.type}-to-${sink.type}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replace(/^-/u, '');
}

async function askStart(prompter: Prompter): Promise<string> {
  const start = await prompter.choice('What should the first run export?', [
    { value: 'beginning', label: 'everything that the source holds' },
    { value: 'now', label: 'only what is created from now on' },
    { value: 'date', label: 'everything since a date' },
  ]);
  return start === 'date' ? prompter.text('Since which date (UTC)?', '', startProblem) : start;
}

function assertNew(paths: readonly string[]): void {
  const existing = paths.filter((path) => existsSync(path));
  if (existing.length === 0) return;
  throw new ConfigError([], `these files exist: ${existing.join(', ')}; nothing was written; --force overwrites them`);
}

/** What was typed is written to a file only when the person agrees. */
async function isToBeKept(prompter: Prompter | undefined, typed: Asked['typed'], file: string): Promise<boolean> {
  const names = Object.keys(typed);
  if (prompter === undefined || names.length === 0) return false;
  return prompter.confirm(`Write ${names.join(' and ')} to ${file}, readable by you alone?`, false);
}

function missingVariables(answers: Answers, known: Readonly<Record<string, string | undefined>>): readonly string[] {
  return [...answers.values()].flatMap(({ variable, value }) =>
    variable === undefined || value !== undefined || known[variable] ? [] : [variable],
  );
}
