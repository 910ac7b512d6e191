import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import { nextStep } from './next-step.js';
import { forShell } from './for-shell.js';

/** Variables without a value are most often in a `.env` beside the pipeline file that nobody has passed. */
export function envFileHint(error: unknown, args: object): string {
  if (!(error instanceof ConfigError) || ('env-file' in args && args['env-file'] !== undefined)) return '';
  const missing = error.problems.find(({ code }) => code === 'missing-variable');
  const file = missing === undefined ? undefined : join(dirname(missing.file), '.env');
  if (file === undefined || !existsSync(file)) return '';
  return nextStep(`--env-file ${forShell(relative(process.cwd(), file))}`, 'a .env is there; to read it, add');
}
