import { dirname, join, resolve } from 'node:path';
import type { Document, Span } from '../contracts/document.js';
import { buildTree } from './build-tree.js';
import { InvalidTextError } from './decode-text.js';
import { FILE_CODES } from './file-codes.js';
import { ProblemList } from './problem-list.js';
import { sourceFile } from './source-file.js';
import { parseStrictYaml } from './strict-yaml.js';
import { describeUnreadable } from './unreadable-file.js';

type ReadFile = (path: string) => string;

/** Reads and parses a YAML file. If it cannot be read, the problem is reported where another file names it, if given. */
export function readDocument(path: string, readFile: ReadFile, namedAt?: Span): Document {
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    const problems = new ProblemList(FILE_CODES);
    if (error instanceof InvalidTextError) {
      const { before, reason } = error;
      const file = sourceFile(path, before);
      const { length } = file.text;
      problems.add('not-unicode', { file, start: length, end: length }, `the file ${reason}`, 'save the file as UTF-8');
      return { file, problems: problems.all() };
    }
    const file = sourceFile(path, '');
    const { message, help } = describeUnreadable(path, error);
    problems.add('file-unreadable', namedAt ?? { file, start: 0, end: 0 }, message, help);
    return { file, problems: problems.all() };
  }
  return parsedOnce(path, text);
}

/** A folder of mappings that extend one file, and the commands that read a mapping twice, parse it once. */
const MAX_KEPT = 16;
const kept = new Map<string, Document>();

function parsedOnce(path: string, text: string): Document {
  const key = `${path}\0${text}`;
  const document = kept.get(key) ?? parseDocument(path, text);
  kept.delete(key);
  kept.set(key, document);
  const [oldest] = kept.keys();
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  return document;
}

/** Parses strictly: what YAML only warns of is an error. Every problem at once. */
function parseDocument(path: string, text: string): Document {
  const file = sourceFile(path, text);
  const problems = new ProblemList(FILE_CODES);
  const { contents, findings, targetOf } = parseStrictYaml(file.text);
  for (const { code, start, end, message, help } of findings) problems.add(code, { file, start, end }, message, help);
  const root = contents === undefined ? undefined : buildTree(contents, file, targetOf, problems);
  return { file, problems: problems.all(), ...(root && { root }) };
}

/** The path of a file that another one names: relative to the folder of that file, or else in an installed package. */
export function locateFile(
  written: string,
  from: string,
  readFile: ReadFile,
  locatePackageFile?: (specifier: string, from: string) => string | undefined,
): string {
  const path = resolve(dirname(from), written);
  try {
    readFile(path);
    return path;
  } catch (error) {
    if (error instanceof InvalidTextError) return path;
    return locatePackageFile?.(written, from) ?? missingFile(written, from, locatePackageFile) ?? path;
  }
}

/** Where a missing file of a package would be, if the package is installed. */
function missingFile(
  written: string,
  from: string,
  locatePackageFile?: (specifier: string, from: string) => string | undefined,
): string | undefined {
  const [name] = /^(?:@[^/]+\/)?[^/.@][^/]*(?=\/)/u.exec(written) ?? [];
  const manifest = name && locatePackageFile?.(`${name}/package.json`, from);
  return manifest && join(dirname(manifest), written.slice(name.length));
}
