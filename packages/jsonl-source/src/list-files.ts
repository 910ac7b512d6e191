import { readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { statOf, translated } from './file-failure.js';

const SUFFIX = /\.(?:jsonl|ndjson)(?:\.gz)?$/;

export interface ListedFile {
  readonly path: string;
  /** As messages and keys name it: relative to the folder of the pipeline file, with slashes. */
  readonly name: string;
}

/**
 * The files that patterns name, in the order of their names. `*` and `?` stand for characters other than a slash, and a
 * folder `**` for any folders. A folder stands for the files of JSON lines in it. `missing`: patterns without a wildcard
 * that name nothing.
 */
export function listFiles(
  patterns: readonly string[],
  baseDirectory: string,
): { readonly files: readonly ListedFile[]; readonly missing: readonly string[] } {
  const found = new Map<string, ListedFile>();
  const missing: string[] = [];
  const add = (path: string): void => {
    found.set(path, { path, name: relative(baseDirectory, path).split(sep).join('/') });
  };
  for (const pattern of patterns) {
    const path = resolve(baseDirectory, pattern);
    const fixed = path.split(/(?<=[/\\])(?=[^/\\]*[*?])/u)[0] ?? path;
    if (fixed === path) {
      const stat = statOf(path);
      if (stat === undefined) missing.push(pattern);
      else if (stat.isDirectory()) for (const file of filesIn(path, false)) if (SUFFIX.test(file)) add(file);
      if (stat?.isFile()) add(path);
      continue;
    }
    const matches = patternOf(path.split(sep).join('/'));
    for (const file of filesIn(fixed, true)) if (matches.test(file.split(sep).join('/'))) add(file);
  }
  return { files: [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)), missing };
}

function filesIn(folder: string, recursive: boolean): readonly string[] {
  if (statOf(folder)?.isDirectory() !== true) return [];
  const entries = translated(folder, () => readdirSync(folder, { recursive, withFileTypes: true }));
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
}

function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  const written = escaped.replaceAll(/\*\*\/|\*|\?/g, (mark) => {
    if (mark === '**/') return '(?:.*/)?';
    return mark === '*' ? '[^/]*' : '[^/]';
  });
  return new RegExp(`^${written}$`, 'u');
}
