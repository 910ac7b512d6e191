/** Collects the source of one function: statements, variables and the outside values that it uses. */
export class CodeWriter {
  readonly #statements: string[] = [];
  readonly #values = new Map<unknown, string>();
  #variables = 0;

  /** Appends a statement. */
  add(statement: string): void {
    this.#statements.push(statement);
  }

  /** Declares a variable. */
  variable(): string {
    this.#variables += 1;
    return `v${this.#variables}`;
  }

  /** The name under which the code can use a value: a function, a list, a result. */
  capture(value: unknown): string {
    const name = this.#values.get(value) ?? `o${this.#values.size}`;
    this.#values.set(value, name);
    return name;
  }

  /** Compiles the function. It returns what its statements return. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- only the caller knows what the statements return
  build<Compiled extends (...values: never[]) => unknown>(parameters: readonly string[]): Compiled {
    const variables = Array.from({ length: this.#variables }, (_, index) => `v${index + 1}`);
    const source = [
      '"use strict";',
      `return function (${parameters.join(', ')}) {`,
      ...(variables.length > 0 ? [`let ${variables.join(', ')};`] : []),
      ...this.#statements,
      '};',
    ].join('\n');
    // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- every name and literal in it has passed through quoteCode
    const make = new Function(...this.#values.values(), source);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript cannot check generated source
    return Reflect.apply(make, undefined, [...this.#values.keys()]) as Compiled;
  }
}
