import { inspect } from 'node:util';
import { z } from 'zod';

const MASK = '[redacted]';

/** A text that never prints itself: every usual way of turning it into text gives `[redacted]`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
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

/** A configuration option that holds a secret. */
export function secretText(): z.ZodType<Secret> {
  return z
    .string()
    .min(1, 'must not be empty')
    .transform((text) => new Secret(text));
}
