/** The source of one function, as it is written: its statements, its variables, and the values from outside. */
export class CodeWriter {
  readonly #statements: string[] = [];
  readonly #values = new Map<unknown, string>();
  #variables = 0;

  /** Appends a statement. */
  add(statement: string): void {
    this.#statements.push(statement);
  }

  /** A variable of the function's own, not yet assigned. */
  variable(): string {
    this.#variables += 1;
    return `v${this.#variables}`;
  }

  /** A name for a value that the code uses but does not hold: a function of ours, a list, a result. */
  outside(value: unknown): string {
    const name = this.#values.get(value) ?? `o${this.#values.size}`;
    this.#values.set(value, name);
    return name;
  }

  /** The function, made of nothing but what was added. Its result is what the statements return. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- only the caller knows what its statements return
  build<Compiled extends (...values: never[]) => unknown>(parameters: readonly string[]): Compiled {
    const variables = Array.from({ length: this.#variables }, (_, index) => `v${index + 1}`);
    const source = [
      '"use strict";',
      `return function (${parameters.join(', ')}) {`,
      ...(variables.length > 0 ? [`let ${variables.join(', ')};`] : []),
      ...this.#statements,
      '};',
    ].join('\n');
    // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- every name and literal in it went through quoteCode
    const make = new Function(...this.#values.values(), source);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript cannot look into the source
    return Reflect.apply(make, undefined, [...this.#values.keys()]) as Compiled;
  }
}
