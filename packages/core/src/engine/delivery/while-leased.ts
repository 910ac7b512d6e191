import { TransientError } from '../../contracts/errors.js';
import type { Runtime } from '../../contracts/runtime.js';
import type { CallOptions } from '../../contracts/source.js';
import type { Instant } from '../../contracts/value.js';

/**
 * Makes a request that is cut when the lease ends before it: the next holder may send the same events by then. The error is
 * one that passes, because a lease that nobody else has taken can still be extended; the next attempt checks it again.
 */
export async function whileLeased<T>(
  leaseExpiresAt: () => Instant,
  runtime: Pick<Runtime, 'now' | 'sleep'>,
  request: (options: CallOptions) => Promise<T>,
): Promise<T> {
  if (!Number.isFinite(leaseExpiresAt())) return request({});
  const [ended, answered] = [new AbortController(), new AbortController()];
  const watch = async (): Promise<void> => {
    for (;;) {
      const leftMs = leaseExpiresAt() - runtime.now();
      if (leftMs <= 0) break;
      await runtime.sleep(leftMs, answered.signal);
    }
    ended.abort(new TransientError('the lease on the state ended before the answer arrived; the request was aborted'));
  };
  // Rejects only when the answer came first.
  watch().catch(() => undefined);
  try {
    return await request({ signal: ended.signal });
  } catch (error) {
    ended.signal.throwIfAborted();
    throw error;
  } finally {
    answered.abort();
  }
}
