import yargs, { type Argv, type FallbackCompletionFunction } from 'yargs';
import type { CommandContext } from './commands/command.js';
import { COMMANDS, type ListedCommand } from './commands/command-list.js';
import { oneValueEach } from './options/one-value-each.js';
import { EXIT } from './process/exit-code.js';
import { PROGRAM, withOption } from './process/program.js';
import { UsageError } from './process/usage-error.js';
import { nextStep } from './output/next-step.js';
import { theme } from './terminal/theme.js';
import { version } from './version.js';

/** For messages that yargs looks up by number; its types do not know them. */
function severalOf(text: string): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- yargs reads `one` and `other`, its types say text
  return { one: text, other: text } as unknown as string;
}

const MISSING_ARGUMENTS = 'missing arguments';

/** The messages of yargs in the style of all others, in every locale. */
const MESSAGES = {
  'Not enough non-option arguments: got %s, need at least %s': severalOf(MISSING_ARGUMENTS),
  'Too many non-option arguments: got %s, maximum of %s': severalOf(
    'too many arguments: got %s, at most %s are allowed',
  ),
  'Missing required argument: %s': severalOf('missing: %s'),
  'Unknown argument: %s': severalOf('unknown option or argument: %s'),
  'Unknown command: %s': severalOf('unknown command: %s'),
  'Not enough arguments following: %s': '--%s needs a value',
  'Invalid values:': 'invalid values:',
  'Argument: %s, Given: %s, Choices: %s': '%s is %s; choices: %s',
};

const COMPLETION = 'Print a script for bash, or for zsh by $SHELL, that completes commands and options';

/** Parses the arguments, runs the command and returns the exit code. Never throws. */
export async function runCli(args: readonly string[], context: CommandContext): Promise<number> {
  let code: number = EXIT.done;
  const parser = yargs([...args])
    // A shell completes the words after the name of the program alone.
    .scriptName(args[0] === 'completion' ? 'sluice' : PROGRAM)
    .locale('en')
    .updateStrings(MESSAGES)
    .usage('$0 <command>\n\nExports records to a sink: nothing lost, nothing counted twice.')
    .demandCommand(1, 'missing command')
    .strict()
    .exitProcess(false)
    .help()
    .alias('help', 'h')
    .version(version)
    .wrap(Math.min(110, context.terminal.streams.stdout.columns || 100))
    .epilogue('Exit codes: 0 done, 1 failed or paused, 2 wrong usage or configuration, 3 done with new dead letters.')
    .fail((message: string | null, error: Error | undefined) => {
      // Its own findings are usage too, though some of them come as errors.
      const isOfYargs = error === undefined || error.name === 'YError';
      throw isOfYargs ? new UsageError(message ?? 'wrong usage') : error;
    });
  // yargs prints the script whatever the options are.
  const isHelpForCompletion = args[0] === 'completion' && (args.includes('--help') || args.includes('-h'));
  if (isHelpForCompletion) parser.command('completion', COMPLETION);
  else parser.completion('completion', COMPLETION, await completer(args));
  try {
    for (const listed of COMMANDS) {
      await addCommand(parser, listed, args.includes(listed.name), async (work) => {
        code = await work(context);
      });
    }
    if (args.length === 0) {
      context.terminal.err(`${await parser.getHelp()}\n`);
      return EXIT.usage;
    }
    await refuseUnknownCommand(args);
    await parser.parseAsync();
    return code;
  } catch (error) {
    if (error instanceof UsageError) {
      const called = COMMANDS.find(({ name }) => name === args[0]);
      const help = called === undefined ? withOption('--help') : `${PROGRAM} ${called.name} --help`;
      // yargs adds the numbers, which say less than the names.
      const isMissing = error.message.startsWith(MISSING_ARGUMENTS) && called !== undefined;
      const problem = isMissing ? `${MISSING_ARGUMENTS}: ${PROGRAM} ${called.usage}` : asWritten(error.message);
      const suggestion = await suggestionFor(problem, args, knownOptions(parser));
      const message = `${theme.bad('sluice:')} ${problem}${suggestion}\n`;
      context.terminal.err(`${message}${nextStep(help)}`, 'wrapped');
      return EXIT.usage;
    }
    const [{ Output }, { SecretRedactor }] = await Promise.all([
      import('./output/output.js'),
      import('@sluice/core/service'),
    ]);
    return new Output(context.terminal, new SecretRedactor()).error(error);
  }
}

/** yargs would call a command an option or argument, and prints the script of `completion` whatever follows it. */
async function refuseUnknownCommand([name = '', ...others]: readonly string[]): Promise<void> {
  if (name === 'completion' && others.some((each) => !each.startsWith('-'))) {
    throw new UsageError('completion takes no arguments: the script is for the shell in $SHELL');
  }
  const names = ['completion', ...COMMANDS.map((command) => command.name)];
  if (name.startsWith('-') || names.includes(name)) return;
  const { closestName } = await import('@sluice/core/document');
  const meant = closestName(name, names);
  throw new UsageError(`unknown command: ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`);
}

/** Only the command that is called loads its module; of the others yargs knows the name and the description. */
async function addCommand(
  parser: Argv,
  listed: ListedCommand,
  isCalled: boolean,
  run: (work: (context: CommandContext) => Promise<number>) => Promise<void>,
): Promise<void> {
  const { usage, describe } = listed;
  if (!isCalled) {
    parser.command(usage, describe);
    return;
  }
  const command = await listed.load();
  parser.command({
    command: usage,
    describe,
    builder: (argv) => {
      const positionals = positionalsIn(usage);
      const grouped = argv.group(positionals, 'Positionals:').epilogue('Examples:');
      return oneValueEach(command.builder(grouped), positionals);
    },
    handler: (args) => run((context) => command.handler(args, context)),
  });
}

/** In the order in which they are written: `dead-letters <action> <config> [id..]`. */
function positionalsIn(usage: string): string[] {
  return [...usage.matchAll(/[<[](?<name>[\w-]+)/gu)].map(({ groups }) => groups?.['name'] ?? '');
}

/** yargs names an unknown option twice: as it was written, and in camel case. */
function asWritten(message: string): string {
  const [, what = '', list = ''] = /^(unknown option or argument: )(.*)$/su.exec(message) ?? [];
  if (what === '') return message;
  const names = list.split(', ');
  const camelCased = names
    .filter((name) => name.includes('-'))
    .map((name) => name.replaceAll(/-(\w)/gu, (_, letter: string) => letter.toUpperCase()));
  return what + names.filter((name) => !camelCased.includes(name)).join(', ');
}

/** The options of the command that was parsed last. */
function knownOptions({ parsed }: Argv): readonly string[] {
  return parsed === false ? [] : Object.keys(parsed.aliases).filter((name) => /^[a-z-]+$/u.test(name));
}

/** Completes what yargs does not know: codes for `explain`, names of adapters, and the streams and sinks of a pipeline file. */
async function completer(args: readonly string[]): Promise<FallbackCompletionFunction> {
  const offered = args[0] === '--get-yargs-completions' ? await offeredFor(args.slice(2)) : undefined;
  return (current, _argv, byDefault, done) => {
    if (offered === undefined) byDefault();
    else done(offered.filter((each) => each.startsWith(current)));
  };
}

const ADAPTER_OPTIONS = ['source', 'sink'] as const;

/** What the last of the words may be; undefined when yargs knows it. */
async function offeredFor(words: readonly string[]): Promise<readonly string[] | undefined> {
  if (words[0] === 'explain') return [...(await import('./output/known-codes.js')).KNOWN_CODES.keys()];
  const option = words.at(-2);
  const file = words.find((word) => /\.ya?ml$/iu.test(word));
  const part = ADAPTER_OPTIONS.find((name) => option === `--${name}`);
  if (part !== undefined && file === undefined) {
    return (await import('./options/known-adapters.js')).knownAdapters(part);
  }
  if (option !== '--stream' && option !== '--sink') return undefined;
  if (file === undefined) return [];
  const { streamsOf, sinksOf } = await import('./options/names-in-file.js');
  return option === '--sink' ? sinksOf(file) : streamsOf(file);
}

/** What was probably meant by options that do not exist. yargs counts those with a hyphen as known, but names them. */
async function suggestionFor(problem: string, args: readonly string[], known: readonly string[]): Promise<string> {
  const { closestName } = await import('@sluice/core/document');
  const given = args.flatMap((arg) => /^--(?:no-)?(?<name>[^=]+)/u.exec(arg)?.groups?.['name'] ?? []);
  const named = problem.slice(problem.indexOf(': ') + 2).split(', ');
  const unknown = given.filter((name) => named.includes(name) || !known.includes(name));
  const others = known.filter((name) => !unknown.includes(name));
  const meant = unknown.flatMap((name) => closestName(name, others) ?? []).map((name) => `--${name}`);
  return meant.length === 0 ? '' : `; did you mean ${meant.join(', ')}?`;
}
