import { relative } from 'node:path';
import type { Problem } from '../contracts/problem.js';
import { maskKnownSecrets } from '../logging/known-secrets.js';
import { displayWidth } from './display-width.js';

export interface RenderOptions {
  readonly readFile: (path: string) => string;
  readonly colour?: boolean;
}

/** Problems for people: the place, the line of the file with a mark below, what is wrong and what to write instead. */
export function renderProblems(problems: readonly Problem[], options: RenderOptions): string {
  return problems.map((problem) => renderProblem(problem, options)).join('\n');
}

function renderProblem(problem: Problem, { readFile, colour = false }: RenderOptions): string {
  const paint = (text: string, code: number) => (colour ? `\u001B[${code}m${text}\u001B[0m` : text);
  const tone = problem.severity === 'error' ? 31 : 33;
  const short = relative(process.cwd(), problem.file);
  const file = short === '' || short.startsWith('..') ? problem.file : short;
  const place = `${file}:${problem.line}:${problem.column}`;
  const output = [`${place}: ${paint(problem.severity, tone)} [${problem.code}] ${problem.message}`];
  const line = sourceLine(problem, readFile);
  if (line !== undefined) {
    const number = String(problem.line);
    const end = problem.endLine === problem.line ? problem.endColumn : line.length + 1;
    const width = Math.max(1, displayWidth(line.slice(problem.column - 1, end - 1)));
    const indent = indentBelow(line.slice(0, problem.column - 1));
    output.push(`  ${number} | ${line}`, `  ${' '.repeat(number.length)} | ${indent}${paint('^'.repeat(width), tone)}`);
  }
  if (problem.help !== undefined) output.push(`  help: ${problem.help}`);
  return `${output.join('\n')}\n`;
}

/** Blanks as wide as a text. Tabs stay tabs, so that the mark stands below what it means. */
function indentBelow(text: string): string {
  return text
    .split('\t')
    .map((part) => ' '.repeat(displayWidth(part)))
    .join('\t');
}

function sourceLine(problem: Problem, readFile: RenderOptions['readFile']): string | undefined {
  try {
    const line = readFile(problem.file).split(/\r?\n/u)[problem.line - 1];
    if (line === undefined || line.trim() === '') return undefined;
    return hidePasswords(maskRange(maskKnownSecrets(line), problem));
  } catch {
    return undefined;
  }
}

/** A short secret is not known by its text: the mark shows where it is. */
function maskRange(line: string, problem: Problem): string {
  if (problem.code !== 'secret-in-clear') return line;
  const [start, end] = [problem.column - 1, problem.endColumn - 1];
  return line.slice(0, start) + '*'.repeat(Math.max(0, end - start)) + line.slice(end);
}

/** A file that could not be parsed has no options that are known to be secret. */
function hidePasswords(line: string): string {
  return line.replaceAll(
    /(?<=:\/\/[^\s:/@]*:)(?!\$\{)[^\s/@]+(?=@)|(?<=(?:key|password|secret|token)["']?:\s*)(?!["']?\$\{)\S+/giu,
    (secret) => '*'.repeat(secret.length),
  );
}
