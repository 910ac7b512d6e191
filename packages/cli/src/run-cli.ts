import yargs from 'yargs';
import type { CommandContext } from './command-context.js';
import { checkCommand } from './commands/check.js';
import { demoCommand } from './commands/demo.js';
import { lintCommand } from './commands/lint.js';
import { previewCommand } from './commands/preview.js';
import { runCommand } from './commands/run.js';
import { EXIT } from './exit-code.js';
import { closest } from './output/did-you-mean.js';
import { renderError } from './output/render-error.js';
import { version } from './version.js';

/** Parses the arguments, runs the command and returns the exit code. Never throws. */
export async function runCli(args: readonly string[], context: CommandContext): Promise<number> {
  const { terminal } = context;
  let code: number = EXIT.done;
  const exit = (value: number) => {
    code = value;
  };
  const parser = yargs([...args])
    .scriptName('sluice')
    .usage('$0 <command>\n\nExports records to a sink: nothing lost, nothing counted twice.')
    .command(runCommand(context, exit))
    .command(previewCommand(context, exit))
    .command(checkCommand(context, exit))
    .command(lintCommand(context, exit))
    .command(demoCommand(context, exit))
    .demandCommand(1, 'Which command? See the list above.')
    .recommendCommands()
    .strict()
    .exitProcess(false)
    .help()
    .alias('help', 'h')
    .version(version)
    .wrap(Math.min(110, process.stdout.columns || 100))
    .epilogue('Exit codes: 0 done, 1 failed or paused, 2 wrong usage or configuration, 3 done with new dead letters.')
    .fail((message: string | null, error: Error | undefined, instance) => {
      if (error) throw error;
      throw new UsageError(withSuggestion(message ?? 'wrong usage', knownOptions(instance)));
    });
  try {
    await parser.parseAsync();
    return code;
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.err(
        `sluice: ${error.message}\nSee: sluice ${args[0]?.startsWith('-') === false ? `${args[0]} ` : ''}--help\n`,
      );
      return EXIT.usage;
    }
    const rendered = renderError(error, terminal.colour);
    terminal.err(rendered.text);
    return rendered.code;
  }
}

class UsageError extends Error {}

/** The options of the command that was asked for; yargs knows them, but its types do not say so. */
function knownOptions(parser: object): readonly string[] {
  if (!('getOptions' in parser) || typeof parser.getOptions !== 'function') return [];
  const options: unknown = parser.getOptions();
  const isKnown = typeof options === 'object' && options !== null && 'key' in options;
  return isKnown && typeof options.key === 'object' && options.key !== null ? Object.keys(options.key) : [];
}

/** yargs says which arguments it does not know; this adds which one was probably meant. */
function withSuggestion(message: string, known: readonly string[]): string {
  const unknown = /^Unknown arguments?: (.+)$/m.exec(message)?.[1]?.split(', ') ?? [];
  const suggestions = unknown.flatMap((name) => closest(name, known) ?? []);
  return suggestions.length > 0 ? `${message}. Did you mean --${suggestions.join(', --')}?` : message;
}
