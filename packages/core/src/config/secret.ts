import { inspect } from 'node:util';
import { z } from 'zod';
import { sameInEveryCopy } from '../contracts/same-in-every-copy.js';
import { childSchema, innerSchema } from './schemas-at.js';

const MASK = '[redacted]';

/** A text that never prints itself: every usual way of turning it into text gives `[redacted]`. */
export class Secret {
  static {
    sameInEveryCopy(this, 'Secret');
  }

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

/** The input of every `secretText()` has it, in every copy of this package, so that `secretsIn` recognises it in any schema. */
const SECRET_INPUT = Symbol.for('@sluice/core secretText');
const secretInput = Object.assign(
  // What an adapter checks behind it needs a `Secret`, which an empty text does not become.
  z.string().min(1, { error: 'must not be empty', abort: true }),
  { [SECRET_INPUT]: true },
);

/** A configuration option that contains a secret. */
export function secretText(): z.ZodType<Secret> {
  return secretInput.transform((text) => new Secret(text));
}

/** Whether a schema is the input of `secretText()`. */
export function isSecretInput(schema: z.core.$ZodType): boolean {
  return SECRET_INPUT in schema;
}

/**
 * The texts in `value` that a schema declares secret with `secretText()`. The schema is asked rather than its output,
 * because there is no output when another option is invalid.
 */
export function secretsIn(schema: z.core.$ZodType, value: unknown): readonly string[] {
  if (isSecretInput(schema)) return typeof value === 'string' ? [value] : [];
  const inner = innerSchema(schema);
  if (inner !== undefined) return secretsIn(inner, value);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => secretsIn(option, value));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const schemaOfChild = childSchema(schema, key);
    return schemaOfChild === undefined ? [] : secretsIn(schemaOfChild, child);
  });
}

/** The texts of every `Secret` in the output of a schema, however the schema made it. */
export function revealedSecrets(value: unknown): readonly string[] {
  if (value instanceof Secret) return [value.reveal()];
  if (Array.isArray(value)) return value.flatMap(revealedSecrets);
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? Object.values(value).flatMap(revealedSecrets) : [];
}
