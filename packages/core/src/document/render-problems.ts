import { basename, relative } from 'node:path';
import stringWidth from 'string-width';
import type { Problem } from '../contracts/problem.js';
import type { Redactor } from '../contracts/redactor.js';
import { hidePasswords } from './hide-passwords.js';
import { holdsNoSecrets } from './holds-no-secrets.js';
import { excerptOf, type LineExcerpt } from './line-excerpt.js';
import { readDocument } from './read-document.js';

/** The columns around a line's number. */
const GUTTER = 5;

export interface RenderOptions {
  readonly readFile: (path: string) => string;
  /** Gives a part of the text a style. Default: no styles. */
  readonly paint?: (style: 'bad' | 'warning' | 'name' | 'path' | 'quiet' | 'quoted', text: string) => string;
  /** How wide the screen is: a longer line of a file is cut around its mark. Default: lines are shown whole. */
  readonly columns?: number | undefined;
  /** Masks the secrets in the lines that are shown. */
  readonly redactor: Redactor;
}

/** Problems for people: the place, what is wrong, the line of the file with a mark below it, and what to write instead. */
export function renderProblems(problems: readonly Problem[], options: RenderOptions): string {
  return problems.map((problem) => renderProblem(problem, options)).join('\n');
}

function renderProblem(
  problem: Problem,
  { readFile, redactor, columns = Infinity, paint = unpainted }: RenderOptions,
): string {
  const tone = problem.severity === 'error' ? 'bad' : 'warning';
  const short = relative(process.cwd(), problem.file);
  const file = short === '' || short.startsWith('..') ? problem.file : short;
  const place = `${file}:${problem.line}:${problem.column}`;
  const title = `${paint(tone, problem.severity)} [${problem.code}] ${paint('name', problem.message)}`;
  const output = [`${paint('path', place)}: ${title}`];
  const line = sourceLine(problem, readFile, redactor);
  if (line !== undefined) {
    const number = String(problem.line);
    const whole = { text: line, start: problem.column - 1, end: endOf(problem, line) };
    const { text, start, end } = excerptOf(tabless(whole), columns - number.length - GUTTER);
    const width = Math.max(1, stringWidth(text.slice(start, end)));
    const indent = ' '.repeat(stringWidth(text.slice(0, start)));
    output.push(
      `  ${paint('quiet', `${number} |`)} ${paint('quoted', text)}`,
      `  ${paint('quiet', `${' '.repeat(number.length)} |`)} ${paint('quoted', indent)}${paint(tone, '^'.repeat(width))}`,
    );
  }
  if (problem.help !== undefined) output.push(`  ${paint('quiet', 'help:')} ${problem.help}`);
  return `${output.join('\n')}\n`;
}

function unpainted(_style: string, text: string): string {
  return text;
}

/** A tab has no fixed width, and the mark must be below the text that it marks. */
function tabless(line: LineExcerpt): LineExcerpt {
  const { text, start, end } = line;
  if (!text.includes('\t')) return line;
  const [before, marked, after] = [
    withoutTabs(text.slice(0, start)),
    withoutTabs(text.slice(start, end)),
    withoutTabs(text.slice(end)),
  ];
  const [from, until] = [before.length, before.length + marked.length];
  return { text: `${before}${marked}${after}`, start: from, end: until };
}

function withoutTabs(text: string): string {
  return text.replaceAll('\t', '    ');
}

function sourceLine(problem: Problem, readFile: RenderOptions['readFile'], redactor: Redactor): string | undefined {
  // Whatever is wrong with an environment file, its lines are secrets.
  if (problem.code === 'invalid-line' || /(?:^|\.)env(?:\.[^.]*)?$/iu.test(basename(problem.file))) return undefined;
  try {
    const line = readFile(problem.file).split(/\r?\n/u)[problem.line - 1];
    if (line === undefined || line.trim() === '') return undefined;
    const masked = maskRange(redactor.mask(line), problem);
    // Which options are secret is unknown when the file could not be parsed.
    return holdsNoSecrets(readDocument(problem.file, readFile)) ? masked : hidePasswords(masked);
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
