import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '../contracts/errors.js';
import type { Problem } from '../contracts/problem.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const LINE =
  /^(?:export\s+)?(?<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?:"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>[^']*)'|(?<bare>(?:[^"'\s#]|(?<=\S)#).*?)?)\s*(?:(?<=[\s"'=])#.*)?$/u;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * The environment with the variables of a file added: `NAME=value` lines, quotes, `#` comments, an optional `export`.
 * Nothing is expanded. A variable that the real environment has wins over the file. Throws `ConfigError`.
 */
export function environmentFromFile(path: string, environment: Environment = process.env): Environment {
  const file = resolve(path);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError([], `the environment file ${file} cannot be read`);
  }
  const problems: Problem[] = [];
  const variables: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const { name, double, single, bare } = LINE.exec(trimmed)?.groups ?? {};
    if (name === undefined) {
      const place = { file, line: index + 1, column: 1, endLine: index + 1, endColumn: line.length + 1 };
      problems.push({ ...place, code: 'invalid-line', severity: 'error', message: 'expected NAME=value' });
      continue;
    }
    const unescaped = double?.replaceAll(/\\(.)/gu, (_, character: string) => ESCAPES[character] ?? character);
    variables[name] = unescaped ?? single ?? bare ?? '';
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...variables, ...environment };
}
