import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { CommandContext } from './command-context.js';

/**
 * A command as its module exports it. The module is loaded only when the command is asked for; what it is called and
 * does is in `command-list.ts`.
 */
export interface Command<Arguments = object> {
  /** Declares positionals, options and examples. */
  builder(argv: Argv): Argv<Arguments>;
  /** Runs it and gives the exit code. What it throws is told by `renderError`. */
  handler(args: ArgumentsCamelCase<Arguments>, context: CommandContext): Promise<number>;
}
