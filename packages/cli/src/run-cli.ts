import yargs, { type Argv } from 'yargs';
import type { CommandContext } from './command-context.js';
import { COMMANDS, type ListedCommand } from './command-list.js';
import { EXIT } from './exit-code.js';
import { version } from './version.js';

/** What a process gives the command line. The services are made when a command runs: `--help` needs none of them. */
export interface Surroundings extends Omit<CommandContext, 'services'> {
  services(): Promise<CommandContext['services']>;
}

/** Parses the arguments, runs the command and returns the exit code. Never throws. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { terminal } = surroundings;
  let code: number = EXIT.done;
  const run = async (work: () => Promise<number>) => {
    code = await work();
  };
  const parser = yargs([...args])
    .scriptName('sluice')
    .usage('$0 <command>\n\nExports records to a sink: nothing lost, nothing counted twice.')
    .demandCommand(1, 'Which command? See the list above.')
    .recommendCommands()
    .strict()
    .exitProcess(false)
    .help()
    .alias('help', 'h')
    .version(version)
    .wrap(Math.min(110, process.stdout.columns || 100))
    .epilogue('Exit codes: 0 done, 1 failed or paused, 2 wrong usage or configuration, 3 done with new dead letters.')
    .fail((message: string | null, error: Error | undefined, usage: Argv) => {
      if (error) throw error;
      throw new UsageError(message ?? 'wrong usage', optionsIn(usage));
    });
  try {
    for (const each of COMMANDS) await addCommand(parser, each, args.includes(each.name), surroundings, run);
    await parser.parseAsync();
    return code;
  } catch (error) {
    if (error instanceof UsageError) {
      const command = args[0]?.startsWith('-') === false ? `${args[0]} ` : '';
      terminal.err(`sluice: ${await withSuggestion(error)}\nSee: sluice ${command}--help\n`);
      return EXIT.usage;
    }
    const { renderError } = await import('./output/render-error.js');
    const rendered = renderError(error, terminal.colour);
    terminal.err(rendered.text);
    return rendered.code;
  }
}

/** A command that is not among the arguments is known by its name alone: its module stays where it is. */
async function addCommand(
  parser: ReturnType<typeof yargs>,
  listed: ListedCommand,
  isAsked: boolean,
  surroundings: Surroundings,
  run: (work: () => Promise<number>) => Promise<void>,
): Promise<void> {
  const { usage, describe } = listed;
  if (!isAsked) {
    parser.command(usage, describe);
    return;
  }
  const command = await listed.load();
  parser.command({
    command: usage,
    describe,
    builder: (argv) => command.builder(argv),
    handler: (args) =>
      run(async () => command.handler(args, { ...surroundings, services: await surroundings.services() })),
  });
}

class UsageError extends Error {
  constructor(
    message: string,
    /** What the command knows. */
    readonly options: readonly string[],
  ) {
    super(message);
  }
}

/** The options that the failed command knows, as its help lists them: what `fail` is given is the help alone. */
function optionsIn(usage: Argv): readonly string[] {
  const help: unknown = usage.help();
  if (typeof help !== 'string') return [];
  return [...help.matchAll(/^ +(?:-\w, )?--(?<name>[a-z-]+)/gmu)].flatMap(({ groups }) => groups?.['name'] ?? []);
}

/** yargs says which arguments it does not know; this adds which one was probably meant. */
async function withSuggestion({ message, options }: UsageError): Promise<string> {
  const { closest } = await import('./output/did-you-mean.js');
  const unknown = /^Unknown arguments?: (.+)$/m.exec(message)?.[1]?.split(', ') ?? [];
  const suggestions = unknown.flatMap((name) => closest(name, options) ?? []);
  return suggestions.length > 0 ? `${message}. Did you mean --${suggestions.join(', --')}?` : message;
}
