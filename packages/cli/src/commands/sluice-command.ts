import type { LogLevel } from '@sluice/core/service';
import { createSluice, type Sluice } from '@sluice/sluice';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { envFileHint } from '../output/env-file-hint.js';
import { formatLogLine } from '../output/format-log-line.js';
import { Output } from '../output/output.js';
import type { Terminal } from '../terminal/terminal.js';
import { untilStopped } from '../process/stop-signals.js';
import type { Command, CommandContext } from './command.js';

/** What a command works with, besides its arguments. */
export interface Work extends CommandContext {
  readonly sluice: Sluice;
  readonly output: Output;
  /** Aborts at Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** Findings that were printed for an earlier one of several sinks. */
  readonly printed?: Set<string>;
}

export interface SluiceCommand<Arguments> {
  readonly options: (argv: Argv) => Argv<Arguments>;
  /** What it does when it is asked to stop, in a few words. Absent: nothing is in flight then. */
  readonly stopping?: string;
  /** Does the work and returns the exit code. */
  readonly act: (args: ArgumentsCamelCase<Arguments>, work: Work) => Promise<number>;
}

/** A command that makes a Sluice instance, ends at Ctrl-C, and prints errors without the secrets that were loaded. */
export function sluiceCommand<Arguments>({ options, stopping, act }: SluiceCommand<Arguments>): Command<Arguments> {
  return {
    builder: options,
    handler: async (args, context) => {
      const { terminal, environment } = context;
      const sluice = createSluice({ environment, logLevel: logLevelIn(args), writeLog: logTo(terminal) });
      const output = new Output(terminal, sluice.redactor);
      try {
        return await untilStopped(
          (signal) => act(args, { ...context, sluice, output, signal }),
          (name) => output.note(stopping === undefined ? '' : stoppingText(stopping, name)),
        );
      } catch (error) {
        const code = output.error(error);
        output.note(envFileHint(error, args));
        return code;
      }
    },
  };
}

/** A command without the option logs what is wrong alone. */
function logLevelIn(args: object): LogLevel {
  const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];
  const wanted = 'log-level' in args ? args['log-level'] : undefined;
  return levels.find((level) => level === wanted) ?? 'warn';
}

/** Nobody pressed a key for SIGTERM. */
function stoppingText(stopping: string, name: NodeJS.Signals): string {
  return `\nsluice: ${stopping}; ${name === 'SIGINT' ? 'press again to end' : 'a second signal ends'} at once\n`;
}

/** Lines for people on a terminal, lines of JSON elsewhere. */
export function logTo({ interactive, err }: Terminal): (line: string) => void {
  return (line) => (interactive ? err(formatLogLine(line), 'wrapped') : err(line));
}

/** Said by a command that finishes what is in flight when it is asked to stop. */
export const FINISHING = 'finishing what is in flight';
