import type { Span } from '../contracts/document.js';
import type { ProblemCode } from '../contracts/problem-code.js';
import type { Place, Problem } from '../contracts/problem.js';
import { placeOf } from './source-file.js';

const MAX_PROBLEMS = 500;
const MAX_LENGTH = 500;

/** Collects problems. The table of codes gives their severity, and the help of those that do not have their own. */
export class ProblemList<Code extends string> {
  readonly #codes: Readonly<Record<Code, ProblemCode>>;
  readonly #problems = new Map<string, Problem>();
  readonly #refuted = new Set<string>();

  constructor(codes: Readonly<Record<Code, ProblemCode>>) {
    this.#codes = codes;
  }

  /** One code at one part of a file is reported once, however many events include that part. */
  add(code: Code, span: Span, message: string, help?: string): void {
    this.#add(keyOf(code, span), placeOf(span), code, message, help);
  }

  /** For problems that may share code and place, such as two options that a block lacks. */
  addAt(code: Code, place: Place, message: string, help?: string): void {
    this.#add(JSON.stringify([code, place, message]), place, code, message, help);
  }

  /** Problems that another list has completed. */
  addAll(problems: readonly Problem[]): void {
    for (const problem of problems) this.#keep(JSON.stringify(problem), problem);
  }

  /**
   * For what is a problem only if it holds wherever a part is used: a fragment is checked once per event that includes
   * it, against the fields of each stream.
   */
  addIfAlways(code: Code, span: Span, holds: boolean, message: string, help?: string): void {
    const key = keyOf(code, span);
    if (!holds) this.#refuted.add(key);
    if (holds && !this.#refuted.has(key)) this.add(code, span, message, help);
    if (this.#refuted.has(key)) this.#problems.delete(key);
  }

  get hasErrors(): boolean {
    return [...this.#problems.values()].some(({ severity }) => severity === 'error');
  }

  /** In reading order: the file of that path first, the others in the order in which they were first met. */
  all(firstFile?: string): readonly Problem[] {
    const problems = [...this.#problems.values()];
    const files = [...new Set([firstFile, ...problems.map(({ file }) => file)])];
    return problems.toSorted(
      (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
    );
  }

  #add(key: string, place: Place, code: Code, message: string, help: string | undefined): void {
    const { severity, fix } = this.#codes[code];
    this.#keep(key, { ...place, code, severity, message: oneLine(message), help: oneLine(help ?? fix) });
  }

  #keep(key: string, problem: Problem): void {
    if (!this.#problems.has(key) && this.#problems.size < MAX_PROBLEMS) this.#problems.set(key, problem);
  }
}

function oneLine(text: string): string {
  const flat = text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  return flat.length > MAX_LENGTH ? `${flat.slice(0, MAX_LENGTH - 1)}…` : flat;
}

function keyOf(code: string, { file, start, end }: Span): string {
  return `${code} ${file.path} ${start} ${end}`;
}
