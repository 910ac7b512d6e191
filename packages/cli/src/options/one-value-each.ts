import type { Argv } from 'yargs';
import { UsageError } from '../process/usage-error.js';

/** What yargs knows of the declared options; its types do not. */
interface Declared {
  readonly key: Readonly<Record<string, unknown>>;
  readonly boolean: readonly string[];
  readonly array: readonly string[];
}

/** Options that take one value need it, and are given once: of others yargs would make an empty text or a list. */
export function oneValueEach<T>(argv: Argv<T>, positionals: readonly string[]): Argv<T> {
  const names = withOneValue(argv, positionals);
  return argv.nargs(Object.fromEntries(names.map((name) => [name, 1]))).middleware((args: Record<string, unknown>) => {
    for (const name of names) {
      if (Array.isArray(args[name])) throw new UsageError(`--${name} is given twice`);
      if (args[name] === '') throw new UsageError(`--${name} needs a value`);
    }
  }, true);
}

function withOneValue<T>(argv: Argv<T>, positionals: readonly string[]): readonly string[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a method of yargs that its types leave out
  const { key, boolean, array } = (argv as unknown as { getOptions(): Declared }).getOptions();
  const others = new Set([...boolean, ...array, ...positionals]);
  return Object.keys(key).filter((name) => !others.has(name));
}
