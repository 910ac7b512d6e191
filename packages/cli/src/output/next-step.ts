import { PROGRAM } from '../process/program.js';
import { theme, unbroken } from '../terminal/theme.js';
import { forShell } from './for-shell.js';

/** The options of the command that was called which the next command needs as well. */
export interface CalledWith {
  readonly 'env-file'?: string | undefined;
  readonly only?: string | undefined;
  readonly sink?: string | undefined;
}

/** A command that can be pasted: `sluice dead-letters list acme.yaml --env-file .env`. */
export function commandLine(words: readonly string[], called: CalledWith = {}): string {
  const { 'env-file': envFile, only, sink } = called;
  const all = [
    ...words,
    ...(only === undefined ? [] : ['--only', only]),
    ...(sink === undefined ? [] : ['--sink', sink]),
    ...(envFile === undefined ? [] : ['--env-file', envFile]),
  ];
  return [PROGRAM, ...all.map(forShell)].join(' ');
}

/** What to do next, on a separate line: `next: sluice preview acme.yaml`. */
export function nextStep(command: string, why?: string): string {
  return `${theme.quiet(why === undefined ? 'next:' : `${why} →`)} ${theme.path(unbroken(command))}\n`;
}
