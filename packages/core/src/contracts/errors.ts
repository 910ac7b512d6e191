import type { Problem } from './problem.js';
import type { Refusal } from './receipt.js';

/**
 * Errors say what the engine does next, not where something broke. Adapters translate what happened into one of these;
 * whatever else they throw is treated as a bug.
 *
 * Messages are one line for the person who reads the log: what happened, and what to do. They hold no secret.
 */
export abstract class SluiceError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** Wrong configuration or mapping. Nothing starts; every problem is printed at once; exit code 2. */
export class ConfigError extends SluiceError {
  constructor(
    readonly problems: readonly Problem[],
    message = problems.map((problem) => problem.message).join('\n'),
  ) {
    super(message);
  }
}

/** The other side refuses us, whatever we send. The pipeline pauses and keeps its cursor; no dead letters. */
export class RefusedError extends SluiceError {
  constructor(
    readonly refusal: Refusal,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A table or column that the source relies on is missing, moved or frozen. The pipeline pauses before it reads. */
export class SourceDriftError extends SluiceError {}

/**
 * Network, 5xx, throttling. The engine waits and retries, for as long as it takes; before the other side's first answer
 * in this process it gives up after three attempts.
 */
export class TransientError extends SluiceError {
  /** How long the other side asks to be left alone, in milliseconds: the least that the engine waits. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly retryAfterMs?: number | undefined }) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** The request or an event in it is too big. The engine splits; an event that is too big alone is rejected. */
export class TooLargeError extends SluiceError {}

/**
 * The destination refuses the request and does not say which event it is about. The engine bisects, and pauses when the
 * fault is not in the events.
 */
export class InvalidRequestError extends SluiceError {}

/** The state cannot be read or written, or the lease is lost. Nothing more is sent; exit code 1. */
export class StateError extends SluiceError {}

/**
 * A redirect, a page of HTML, a success of the wrong shape: not the destination that we think it is. In `open()` nothing
 * starts; later it is transient, loudly; never success.
 */
export class UnexpectedAnswerError extends SluiceError {}
