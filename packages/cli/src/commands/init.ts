import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import { environmentFromFile } from '@sluice/core/config';
import { example } from '../options/example.js';
import { givenAnswers, type Answers } from '../init/answers.js';
import { askAnswers, type Asked } from '../init/ask-answers.js';
import { askName, askStart } from '../init/ask-pipeline.js';
import { chooseEvents, pipelineNames } from '../init/choose-events.js';
import { checkAnswers } from '../init/check-answers.js';
import { completedFiles } from '../init/folder-files.js';
import { lintNewFiles, newFiles } from '../init/new-files.js';
import { newSchemas } from '../init/new-schemas.js';
import { nextSteps } from '../init/next-steps.js';
import { choosePair } from '../init/pair.js';
import { PromptsEnded, terminalPrompter, type Prompter } from '../init/prompter.js';
import { addSecrets } from '../init/secret-file.js';
import { writeFiles } from '../init/write-files.js';
import { checkText } from '../output/check-text.js';
import { EXIT } from '../process/exit-code.js';
import { sluiceCommand, type Work } from './sluice-command.js';

type InitArguments = Parameters<typeof initCommand.handler>[0];

export const initCommand = sluiceCommand({
  options: (argv) =>
    argv
      .positional('dir', { type: 'string', default: '.', describe: 'Where to write the files' })
      .option('source', { type: 'string', describe: 'The source', group: 'Pipeline:' })
      .option('sink', { type: 'string', describe: 'The sink', group: 'Pipeline:' })
      .option('name', { type: 'string', describe: 'The name of the pipeline', group: 'Pipeline:' })
      .option('events', {
        type: 'string',
        describe: 'Which events, if several mappings fit: the name of one, or both',
        group: 'Pipeline:',
      })
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
        describe: 'Read variables from this file instead of an existing .env; the environment takes precedence',
        group: 'Configuration:',
      })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Ask nothing: use flags and defaults' })
      .option('check', { type: 'boolean', default: true, describe: 'Check the connections whose secrets are known' })
      .option('force', {
        type: 'boolean',
        default: false,
        describe: 'Overwrite an existing pipeline file and mapping of this name',
      })
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

async function init(args: InitArguments, work: Work): Promise<void> {
  const { terminal, sluice, output, signal } = work;
  const directory = resolve(args.dir);
  const own = join(directory, '.env');
  // The variables of a pipeline that is there already are those of the next one.
  const present = existsSync(own) ? own : undefined;
  const envFile = args['env-file'] === undefined ? present : resolve(args['env-file']);
  const environment = envFile === undefined ? work.environment : environmentFromFile(envFile, work.environment);

  const prompter = await prompterFor(args, work);
  const chosen = await choosePair(args, sluice.adapters, directory, prompter);
  const pairs = await chooseEvents(args.events, chosen, prompter);
  const [pair] = pairs;
  const name = await askName({ given: args.name, directory, force: args.force }, pairs, prompter);
  const given = givenAnswers(args.set, pair);
  const { answers, typed } = await askAnswers(pair, given, {
    prompter,
    environment,
    check: async (part, soFar, secrets) => {
      if (!args.check) return undefined;
      const section = await checkAnswers(part, pair, soFar, secrets, { sluice, directory, signal });
      if (section === undefined) return undefined;
      if (prompter === undefined) output.note(checkText(section));
      else prompter.say(sluice.redactor.redact(checkText(section)));
      return section;
    },
  });
  const start = await askStart(args.start, prompter);

  const names = pipelineNames(name, pairs);
  const pipelines = pairs.map((each, at) => ({ directory, name: names[at] ?? name, start, pair: each, answers }));
  const files = await Promise.all(pipelines.map((each) => lintNewFiles(newFiles(each), each)));
  const keeps = await isToBeKept(prompter, typed, relative(process.cwd(), own));
  const missing = missingVariables(answers, { ...environment, ...(keeps ? typed : {}) });
  const shared = [...completedFiles({ pair, directory, answers }), ...(await newSchemas(directory, pair, sluice))];
  const written = writeFiles([...files.flat(), ...shared]);
  if (keeps) addSecrets(own, { ...Object.fromEntries(missing.map((variable) => [variable, ''])), ...typed });
  const next = nextSteps({
    files: files.flatMap(([file]) => file?.path ?? []),
    directory,
    envFile: keeps ? own : envFile,
    missing,
  });
  const text = `${written}${keeps ? `Secrets: ${relative(process.cwd(), own)}\n` : ''}`;
  if (prompter === undefined) return terminal.out(text + next);
  prompter.say(text);
  prompter.end(next);
}

/** Undefined when nobody may be asked. */
async function prompterFor({ yes }: InitArguments, { terminal, environment }: Work): Promise<Prompter | undefined> {
  if (yes) return undefined;
  if (terminal.interactive && terminal.streams.stdin.isTTY) return terminalPrompter(terminal.streams, environment);
  throw new ConfigError([], 'not a terminal; pass --yes and flags for anything that differs from the defaults');
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
