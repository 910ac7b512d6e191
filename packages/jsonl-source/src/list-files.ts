import { lstatSync, readdirSync, realpathSync } from 'node:fs';
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
      else if (stat.isDirectory()) {
        for (const file of filesIn(path, (each) => SUFFIX.test(each), { recursive: false })) add(file);
      }
      if (stat?.isFile()) add(path);
      continue;
    }
    const matches = patternOf(path.split(sep).join('/'));
    const isMatch = (each: string) => matches.test(each.split(sep).join('/'));
    for (const file of filesIn(fixed, isMatch, { recursive: true })) add(file);
  }
  const files = [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { files: withoutSecondNames(files), missing };
}

/** What is found by its own name and by links is read once, by its own name. */
function withoutSecondNames(files: readonly ListedFile[]): readonly ListedFile[] {
  const links = new Set(files.filter(({ path }) => translated(path, () => lstatSync(path)).isSymbolicLink()));
  if (links.size === 0) return files;
  const named = files.map((file) => ({ file, target: translated(file.path, () => realpathSync(file.path)) }));
  const taken = new Set(named.flatMap(({ file, target }) => (links.has(file) ? [] : [target])));
  return named.flatMap(({ file, target }) => {
    if (links.has(file) && taken.has(target)) return [];
    taken.add(target);
    return [file];
  });
}

function filesIn(
  folder: string,
  isWanted: (path: string) => boolean,
  { recursive }: { readonly recursive: boolean },
): readonly string[] {
  if (statOf(folder)?.isDirectory() !== true) return [];
  const entries = translated(folder, () => readdirSync(folder, { recursive, withFileTypes: true }));
  return entries.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    if (!isWanted(path)) return [];
    return entry.isFile() || (entry.isSymbolicLink() && statOf(path)?.isFile() === true) ? [path] : [];
  });
}

function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  const written = escaped.replaceAll(/\*\*\/|\*|\?/g, (mark) => {
    if (mark === '**/') return '(?:.*/)?';
    return mark === '*' ? '[^/]*' : '[^/]';
  });
  return new RegExp(`^${written}$`, 'u');
}
