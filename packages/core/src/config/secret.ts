import { inspect } from 'node:util';
import { z } from 'zod';
import { registerSecret } from '../logging/known-secrets.js';

const MASK = '[redacted]';

/**
 * A text that never prints itself: every usual way of turning it into text gives `[redacted]`. Its value is known to
 * `redactKnownSecrets` from then on, so that an error message that quotes it does not leak it either.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    registerSecret(value);
    collector?.push(value);
  }

  /** The text itself. Call it where the secret is used, and pass the `Secret` everywhere else. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

let collector: string[] | undefined;

/**
 * The texts that became secrets while `run` did its work. A schema says which options are secret only by what it makes
 * of them, and says so even when another option is wrong and there is no result to look at.
 */
export function collectSecrets<T>(run: () => T): { readonly result: T; readonly secrets: readonly string[] } {
  const outer = collector;
  const secrets: string[] = [];
  collector = secrets;
  try {
    return { result: run(), secrets };
  } finally {
    collector = outer;
  }
}

/** A configuration option that holds a secret. */
export function secretText(): z.ZodType<Secret> {
  return z
    .string()
    .min(1, 'must not be empty')
    .transform((text) => new Secret(text));
}
