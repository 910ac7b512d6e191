import { readFileSync } from 'node:fs';
import { ConfigError, SluiceError } from '@sluice/core/adapter';
import { renderProblems } from '@sluice/core/config';
import { redactKnownSecrets } from '@sluice/core/service';
import { EXIT } from '../exit-code.js';

/** What a person reads of an error, and the exit code. A stack trace is for bugs alone. */
export function renderError(error: unknown, colour: boolean): { readonly text: string; readonly code: number } {
  if (error instanceof ConfigError && error.problems.length > 0) {
    const readFile = (path: string) => readFileSync(path, 'utf8');
    return { text: renderProblems(error.problems, { readFile, colour }), code: EXIT.usage };
  }
  if (error instanceof SluiceError) {
    const text = `sluice: ${redactKnownSecrets(error.message)}\n`;
    return { text, code: error instanceof ConfigError ? EXIT.usage : EXIT.failed };
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    text: `sluice: this is a bug in Sluice or in an adapter\n${redactKnownSecrets(trace)}\n`,
    code: EXIT.failed,
  };
}
