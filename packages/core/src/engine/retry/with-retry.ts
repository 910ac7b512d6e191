import { TransientError } from '../../contracts/errors.js';
import type { Party } from '../../contracts/observation.js';
import { backoffMs } from './backoff.js';
import type { RunContext } from '../pipeline.js';

export interface Patience {
  /** Who is called. */
  readonly party: Party;
  /** After how many transient failures to give up; `Infinity`: never. */
  readonly attempts: number;
  readonly signal: AbortSignal;
}

const NO_ANSWER: Readonly<Record<Party, string>> = {
  source: 'the source did not answer; trying again',
  sink: 'the sink did not answer; trying again',
};

/** Calls until it succeeds, waiting after a transient failure; other errors, and the last failure, are thrown. */
export async function withPatience<T>(
  call: () => Promise<T>,
  { party, attempts, signal }: Patience,
  { runtime, logger, observe }: RunContext,
): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      const result = await call();
      observe({ kind: 'answered', party });
      return result;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransientError)) throw error;
      if (failures >= attempts) {
        throw new TransientError(`gave up on the ${party} after ${failures} attempts: ${error.message}`, {
          cause: error,
        });
      }
      const waitMs = Math.round(backoffMs(failures, runtime, error.retryAfterMs));
      logger.warn({ attempt: failures, waitMs, error: error.message }, NO_ANSWER[party]);
      observe({ kind: 'retry', party, attempt: failures, waitMs, message: error.message });
      await runtime.sleep(waitMs, signal);
    }
  }
}
