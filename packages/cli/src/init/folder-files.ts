import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import { decodeText, InvalidTextError } from '@sluice/core/document';
import { PARTS, questionsOf } from './answers.js';
import type { NewPipeline } from './new-files.js';
import type { NewFile } from './write-files.js';

const HEAD =
  '# Copy this file to .env, fill it in, and keep it out of version control. Commands read it with --env-file.\n';
const IGNORED = ['.env', '.sluice/', 'node_modules/'];

/** What the pipelines of one run of `init` have in common. */
type SharedAnswers = Pick<NewPipeline, 'directory' | 'pair' | 'answers'>;

/** The files that all pipelines of a folder share: what is there stays, what is missing is added at the end. */
export function completedFiles(pipeline: SharedAnswers): readonly NewFile[] {
  const { directory } = pipeline;
  const completed = [
    { path: join(directory, '.env.example'), complete: (text: string) => withVariables(text, pipeline) },
    { path: join(directory, '.gitignore'), complete: withIgnored },
  ];
  return completed.flatMap(({ path, complete }) => {
    const before = existsSync(path) ? textOf(path) : undefined;
    const text = complete(before ?? '');
    return text === before ? [] : [{ path, text }];
  });
}

/** Also of a file in UTF-16; what is added makes it one in UTF-8, which git needs. */
function textOf(path: string): string {
  try {
    return decodeText(readFileSync(path));
  } catch (error) {
    const isOfFile = error instanceof InvalidTextError || (error instanceof Error && 'code' in error);
    throw isOfFile ? new ConfigError([], `cannot add to ${path}: ${error.message}`) : error;
  }
}

function withVariables(text: string, { pair, answers }: SharedAnswers): string {
  const known = new Set(Array.from(text.matchAll(/^\s*(?:export\s+)?(\w+)\s*=/gmu), ([, name]) => name));
  const entries = PARTS.flatMap((part) =>
    questionsOf(part, pair).flatMap(({ option, label, help }) => {
      const { variable, value = '' } = answers.get(`${part}.${option}`) ?? {};
      if (variable === undefined || known.has(variable)) return [];
      known.add(variable);
      return [`\n# ${label}: ${help}.\n${variable}=${value}\n`];
    }),
  );
  return ended(text === '' ? HEAD : text) + entries.join('');
}

function withIgnored(text: string): string {
  const bare = (line: string) => line.trim().replaceAll(/^\/|\/$/gu, '');
  const known = new Set(text.split('\n').map(bare));
  const missing = IGNORED.filter((line) => !known.has(bare(line)));
  return missing.length === 0 ? text : ended(text) + missing.map((line) => `${line}\n`).join('');
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
