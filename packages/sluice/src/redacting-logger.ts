import { inspect } from 'node:util';
import type { Logger, Redactor } from '@sluice/core/adapter';
import { redactValue } from '@sluice/core/service';

/** Passes lines on to a program's own logger, without secrets. */
export class RedactingLogger implements Logger {
  readonly #logger: Logger;
  readonly #redactor: Redactor;

  constructor(logger: Logger, redactor: Redactor) {
    this.#logger = logger;
    this.#redactor = redactor;
  }

  debug(fields: object, message: string): void {
    this.#logger.debug(this.#clean(fields), this.#redactor.redact(message));
  }

  info(fields: object, message: string): void {
    this.#logger.info(this.#clean(fields), this.#redactor.redact(message));
  }

  warn(fields: object, message: string): void {
    this.#logger.warn(this.#clean(fields), this.#redactor.redact(message));
  }

  error(fields: object, message: string): void {
    this.#logger.error(this.#clean(fields), this.#redactor.redact(message));
  }

  child(fields: object): Logger {
    return new RedactingLogger(this.#logger.child(this.#clean(fields)), this.#redactor);
  }

  #clean(fields: object): object {
    return Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [key, redactValue(plainOf(value), this.#redactor)]),
    );
  }
}

/** What a logger would print of a value: a secret prints itself redacted, an error has a message, and a stack with causes. */
function plainOf(value: unknown): unknown {
  if (value instanceof Error) return { type: value.name, message: value.message, stack: inspect(value) };
  try {
    return value === undefined ? undefined : JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    // A cycle or a bigint: what an adapter logs must not end its run.
    return inspect(value);
  }
}
