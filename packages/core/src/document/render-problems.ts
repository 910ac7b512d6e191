import { relative } from 'node:path';
import stringWidth from 'string-width';
import type { Problem } from '../contracts/problem.js';
import type { Redactor } from '../contracts/redactor.js';

export interface RenderOptions {
  readonly readFile: (path: string) => string;
  readonly colour?: boolean;
  /** Masks the secrets in the lines that are shown. */
  readonly redactor: Redactor;
}

/** Problems for people: the place, what is wrong, the line of the file with a mark below it, and what to write instead. */
export function renderProblems(problems: readonly Problem[], options: RenderOptions): string {
  return problems.map((problem) => renderProblem(problem, options)).join('\n');
}

function renderProblem(problem: Problem, { readFile, redactor, colour = false }: RenderOptions): string {
  const paint = (text: string, code: number) => (colour ? `\u001B[${code}m${text}\u001B[0m` : text);
  const tone = problem.severity === 'error' ? 31 : 33;
  const short = relative(process.cwd(), problem.file);
  const file = short === '' || short.startsWith('..') ? problem.file : short;
  const place = `${file}:${problem.line}:${problem.column}`;
  const output = [`${place}: ${paint(problem.severity, tone)} [${problem.code}] ${problem.message}`];
  const line = sourceLine(problem, readFile, redactor);
  if (line !== undefined) {
    const number = String(problem.line);
    const marked = line.slice(problem.column - 1, endOf(problem, line)).replaceAll('\t', ' ');
    const width = Math.max(1, stringWidth(marked));
    const indent = indentBelow(line.slice(0, problem.column - 1));
    output.push(`  ${number} | ${line}`, `  ${' '.repeat(number.length)} | ${indent}${paint('^'.repeat(width), tone)}`);
  }
  if (problem.help !== undefined) output.push(`  help: ${problem.help}`);
  return `${output.join('\n')}\n`;
}

/** Spaces as wide as a text. Tabs stay tabs, so that the mark is below the text that it marks. */
function indentBelow(text: string): string {
  return text
    .split('\t')
    .map((part) => ' '.repeat(stringWidth(part)))
    .join('\t');
}

function sourceLine(problem: Problem, readFile: RenderOptions['readFile'], redactor: Redactor): string | undefined {
  try {
    const line = readFile(problem.file).split(/\r?\n/u)[problem.line - 1];
    if (line === undefined || line.trim() === '') return undefined;
    return hidePasswords(maskRange(redactor.mask(line), problem));
  } catch {
    return undefined;
  }
}

/** The index in the line where the problem ends. */
function endOf(problem: Problem, line: string): number {
  return problem.endLine === problem.line ? problem.endColumn - 1 : line.length;
}

/** A short secret is not among the known ones, so its place is masked. */
function maskRange(line: string, problem: Problem): string {
  if (problem.code !== 'secret-in-clear') return line;
  const [start, end] = [problem.column - 1, endOf(problem, line)];
  return line.slice(0, start) + '*'.repeat(Math.max(0, end - start)) + line.slice(end);
}

/** Which options are secret is unknown when the file could not be parsed. */
function hidePasswords(line: string): string {
  return line.replaceAll(
    /(?<=:\/\/[^\s:/@]*:)(?!\$\{[^}]*\}@).+(?=@)|(?<=(?:key|password|secret|token)["']?\s*[:=]\s*)(?!["']?\$\{)\S.*$/giu,
    (secret) => '*'.repeat(secret.length),
  );
}
