import { TransientError } from '../contracts/errors.js';
import { backoffMs } from './backoff.js';
import type { EngineContext } from './pipeline.js';

export interface Patience {
  /** What is being tried, for the log: `the source`. */
  readonly what: string;
  /** After how many transient failures to give up; `Infinity`: never. */
  readonly attempts: number;
  readonly signal: AbortSignal;
}

/** Calls until it succeeds, waiting after a transient failure; other errors, and the last failure, are thrown. */
export async function withPatience<T>(
  call: () => Promise<T>,
  { what, attempts, signal }: Patience,
  { runtime, logger }: EngineContext,
): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransientError)) throw error;
      if (failures >= attempts) {
        throw new TransientError(`gave up on ${what} after ${failures} attempts: ${error.message}`, { cause: error });
      }
      const waitMs = Math.round(backoffMs(failures, runtime, error.retryAfterMs));
      logger.warn({ attempt: failures, waitMs, error: error.message }, `${what} did not answer; trying again`);
      await runtime.sleep(waitMs, signal);
    }
  }
}
