import { TransientError } from '../../contracts/errors.js';
import type { Peer } from '../../contracts/observation.js';
import { backoffMs } from './backoff.js';
import type { RunContext } from '../pipeline.js';

export interface RetryOptions {
  /** Who is called. */
  readonly peer: Peer;
  /** After how many transient failures to give up; `Infinity`: never. */
  readonly attempts: number;
  readonly signal: AbortSignal;
}

const NO_ANSWER: Readonly<Record<Peer, string>> = {
  source: 'the source did not answer; trying again',
  sink: 'the sink did not answer; trying again',
};

/** Calls until it succeeds, waiting after a transient failure; other errors, and the last failure, are thrown. */
export async function withRetry<T>(
  call: () => Promise<T>,
  { peer, attempts, signal }: RetryOptions,
  { runtime, logger, observe }: RunContext,
): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      const result = await call();
      observe({ kind: 'answered', peer });
      return result;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransientError)) throw error;
      if (failures >= attempts) {
        throw new TransientError(`gave up on the ${peer} after ${failures} attempts: ${error.message}`, {
          cause: error,
        });
      }
      const waitMs = Math.round(backoffMs(failures, runtime, error.retryAfterMs));
      logger.warn({ attempt: failures, waitMs, error: error.message }, NO_ANSWER[peer]);
      observe({ kind: 'retry', peer, attempt: failures, waitMs, message: error.message });
      await runtime.sleep(waitMs, signal);
    }
  }
}
