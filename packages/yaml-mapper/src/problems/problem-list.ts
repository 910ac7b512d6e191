import type { Place, Problem } from '@sluice/core';
import { PROBLEM_CODES, type Code } from './problem-codes.js';
import { placeOf, type Span } from '../yaml/source-file.js';

const MAX_PROBLEMS = 500;

/** Collects problems. One code at one place is said once, however many events include that place. */
export class ProblemList {
  readonly #problems = new Map<string, Problem>();
  readonly #refuted = new Set<string>();

  add(code: Code, span: Span, message: string, help?: string): void {
    this.#add(keyOf(code, span), code, placeOf(span), message, help);
  }

  /** At a place in a file that is not the mapping's, such as the pipeline file. */
  addAt(code: Code, place: Place, message: string, help?: string): void {
    this.#add(JSON.stringify([code, place, message]), code, place, message, help);
  }

  /**
   * For what is a problem only if it holds wherever a place is used: a fragment is checked once per event that includes
   * it, against the fields of each stream.
   */
  addIfAlways(code: Code, span: Span, holds: boolean, message: string, help?: string): void {
    const key = keyOf(code, span);
    if (!holds) this.#refuted.add(key);
    if (holds && !this.#refuted.has(key)) this.add(code, span, message, help);
    if (this.#refuted.has(key)) this.#problems.delete(key);
  }

  #add(key: string, code: Code, place: Place, message: string, help: string | undefined): void {
    if (this.#problems.has(key) || this.#problems.size >= MAX_PROBLEMS) return;
    const { severity, fix } = PROBLEM_CODES[code];
    this.#problems.set(key, { ...place, code, severity, message: oneLine(message), help: oneLine(help ?? fix) });
  }

  get hasErrors(): boolean {
    return [...this.#problems.values()].some((problem) => problem.severity === 'error');
  }

  /** In reading order, the files in the order in which they were first met. */
  all(): readonly Problem[] {
    const problems = [...this.#problems.values()];
    const files = [...new Set(problems.map((problem) => problem.file))];
    return problems.toSorted(
      (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
    );
  }
}

function oneLine(text: string): string {
  const flat = text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  return flat.length > 500 ? `${flat.slice(0, 499)}…` : flat;
}

function keyOf(code: Code, { file, start, end }: Span): string {
  return `${code} ${file.path} ${start} ${end}`;
}
