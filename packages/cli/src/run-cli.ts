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
    .fail((message: string | null, error: Error | undefined) => {
      if (error) throw error;
      throw new UsageError(withSuggestion(message ?? 'wrong usage'));
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

/** Every option of every command: what a misspelt one may have meant. */
const OPTIONS = ['env-file', 'format', 'help', 'json', 'keep', 'limit', 'log-level', 'stream', 'traces', 'version'];

class UsageError extends Error {}

/** yargs says which arguments it does not know; this adds which one was probably meant. */
function withSuggestion(message: string): string {
  const unknown = /^Unknown arguments?: (.+)$/m.exec(message)?.[1]?.split(', ') ?? [];
  const suggestions = unknown.flatMap((name) => closest(name, OPTIONS) ?? []);
  return suggestions.length > 0 ? `${message}. Did you mean --${suggestions.join(', --')}?` : message;
}
