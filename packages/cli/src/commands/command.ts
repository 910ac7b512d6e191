import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { Terminal } from '../terminal/terminal.js';

/** What a process gives a command. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A command as its module exports it. `command-list.ts` names it and loads the module when the command is called. */
export interface Command<Arguments = object> {
  /** Declares positionals, options and examples. */
  builder(argv: Argv): Argv<Arguments>;
  /** Runs it and returns the exit code. Throws what `Output.error` renders. */
  handler(args: ArgumentsCamelCase<Arguments>, context: CommandContext): Promise<number>;
}
