import type { Problem } from './problem.js';
import type { Refusal } from './receipt.js';
import { sameInEveryCopy } from './same-in-every-copy.js';

/**
 * Errors tell the engine what to do next. Adapters translate failures into one of these; anything else they throw is
 * treated as a bug.
 *
 * Messages are one line for the reader of the log: what happened, and what to do. They contain no secret.
 */
export abstract class SluiceError extends Error {
  static {
    sameInEveryCopy(this, 'SluiceError');
  }

  override get name(): string {
    return this.constructor.name;
  }
}

/** Invalid configuration or mapping. Nothing starts; all problems are printed at once; exit code 2. */
export class ConfigError extends SluiceError {
  static {
    sameInEveryCopy(this, 'ConfigError');
  }

  constructor(
    readonly problems: readonly Problem[],
    message = problems.map((problem) => problem.message).join('\n'),
  ) {
    super(message);
  }
}

/** The peer refuses everything. The pipeline pauses and keeps its cursor; there are no dead letters. */
export class RefusedError extends SluiceError {
  static {
    sameInEveryCopy(this, 'RefusedError');
  }

  constructor(
    readonly refusal: Refusal,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A table or column that the source relies on is missing or has changed. The pipeline pauses before it reads. */
export class SourceDriftError extends SluiceError {
  static {
    sameInEveryCopy(this, 'SourceDriftError');
  }
}

interface TransientErrorOptions extends ErrorOptions {
  readonly retryAfterMs?: number | undefined;
  readonly isAnswer?: boolean;
}

/**
 * Network, 5xx, throttling. The engine waits and retries. A single run gives up before the peer's first answer after three
 * attempts, and later after `delivery.giveUpAfter` without progress.
 */
export class TransientError extends SluiceError {
  static {
    sameInEveryCopy(this, 'TransientError');
  }

  /** How long the peer asks to wait, in milliseconds; the engine waits at least as long. */
  readonly retryAfterMs: number | undefined;
  /**
   * Whether the peer itself has answered, so that whoever else calls it must wait as well. Default: whether it asks to wait.
   * False for a failure on the way, which can be that of one machine.
   */
  readonly isAnswer: boolean;

  constructor(message: string, options: TransientErrorOptions = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
    this.isAnswer = options.isAnswer ?? options.retryAfterMs !== undefined;
  }
}

/** The request or an event in it is too large. The engine splits it; an event that is too large alone is rejected. */
export class TooLargeError extends SluiceError {
  static {
    sameInEveryCopy(this, 'TooLargeError');
  }
}

/**
 * The destination refuses the request without naming an event. The engine bisects it, and pauses if the fault is not in
 * the events.
 */
export class InvalidRequestError extends SluiceError {
  static {
    sameInEveryCopy(this, 'InvalidRequestError');
  }
}

/** The state cannot be read or written, or the lease is lost. Nothing more is sent; exit code 1. */
export class StateError extends SluiceError {
  static {
    sameInEveryCopy(this, 'StateError');
  }
}

/**
 * The state cannot be used for the moment: its database does not answer, or the lease on it is lost, as while the database
 * restarts or fails over. A process that stays up begins again at once, and waits until the state answers; for anything else
 * it is a `StateError`.
 */
export class StateUnavailableError extends StateError {
  static {
    sameInEveryCopy(this, 'StateUnavailableError');
  }
}

/**
 * The state has changed since the changes were planned, by a worker that shares the pipeline: nothing was written, and they
 * can be planned again from the newest state.
 */
export class StateMovedError extends StateError {
  static {
    sameInEveryCopy(this, 'StateMovedError');
  }
}

/**
 * A redirect, a page of HTML, a success of the wrong shape: probably not the intended destination. From `open()`, nothing
 * starts; later it is retried and logged as an error. Never a success.
 */
export class UnexpectedAnswerError extends SluiceError {
  static {
    sameInEveryCopy(this, 'UnexpectedAnswerError');
  }
}
