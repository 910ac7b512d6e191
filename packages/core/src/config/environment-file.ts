import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '../contracts/errors.js';
import { decodeText, InvalidTextError } from '../document/decode-text.js';
import { ProblemList } from '../document/problem-list.js';
import { sourceFile } from '../document/source-file.js';
import { PIPELINE_FILE_CODES } from './config-codes.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const LINE =
  /^(?:export\s+)?(?<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?:"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>[^']*)'|(?<bare>(?:[^"'\s#]|(?<=\S)#).*?)?)\s*(?:(?<=[\s"'=])#.*)?$/u;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * The environment with the variables of a file added: `NAME=value` lines, quotes, `#` comments, an optional `export`.
 * Variables are not expanded. The environment takes precedence over the file. Throws `ConfigError`.
 *
 * Not `parseEnv` of Node: that cuts `A=pass#word` at the `#`, does not read `\"`, and ignores invalid lines.
 */
export function environmentFromFile(
  path: string,
  environment: Environment = process.env,
  readFile: (path: string) => Uint8Array = readFileSync,
): Environment {
  const file = resolve(path);
  let text: string;
  try {
    text = decodeText(readFile(file));
  } catch (error) {
    if (error instanceof InvalidTextError)
      throw new ConfigError([], `the environment file ${file} cannot be read: ${error.message}`);
    throw new ConfigError([], `the environment file ${file} cannot be read; check the path, and who may read it`);
  }
  const source = sourceFile(file, text);
  const problems = new ProblemList(PIPELINE_FILE_CODES);
  const variables: Record<string, string> = {};
  let start = 0;
  for (const line of source.text.split(/\n|\r(?!\n)/u)) {
    const span = { file: source, start, end: start + line.trimEnd().length };
    start += line.length + 1;
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const { name, double, single, bare } = LINE.exec(trimmed)?.groups ?? {};
    if (name === undefined) {
      problems.add('invalid-line', span, 'expected NAME=value');
      continue;
    }
    const unescaped = double?.replaceAll(/\\(.)/gu, (_, character: string) => ESCAPES[character] ?? character);
    variables[name] = unescaped ?? single ?? bare ?? '';
  }
  if (problems.hasErrors) throw new ConfigError(problems.all());
  return { ...variables, ...environment };
}
