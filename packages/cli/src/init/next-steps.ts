import { join, relative } from 'node:path';
import { PROGRAM } from '../process/program.js';
import { forShell } from '../output/for-shell.js';

export interface WrittenPipeline {
  /** The pipeline files. */
  readonly files: readonly string[];
  readonly directory: string;
  /** The file that holds the variables; undefined when the environment holds those that are known. */
  readonly envFile: string | undefined;
  /** The variables without a value. */
  readonly missing: readonly string[];
}

/** What to run next, word for word, in the directory where `init` ran. */
export function nextSteps({ files, directory, envFile, missing }: WrittenPipeline): string {
  const here = (path: string) => forShell(relative(process.cwd(), path));
  const toFill = envFile ?? join(directory, '.env');
  const lines: string[] = [];
  if (missing.length > 0) {
    if (envFile === undefined) lines.push(`install -m 600 ${here(join(directory, '.env.example'))} ${here(toFill)}`);
    lines.push(`\${EDITOR:-vi} ${here(toFill)} # fill in ${missing.join(', ')}`);
  }
  const option = envFile === undefined && missing.length === 0 ? '' : ` --env-file ${here(toFill)}`;
  for (const command of ['check', 'preview', 'run'])
    lines.push(...files.map((file) => `${PROGRAM} ${command} ${here(file)}${option}`));
  return `Next:\n\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
