import { StateError, StateUnavailableError } from '../../contracts/errors.js';
import type { Pause } from '../../contracts/pipeline-state.js';
import type { SharedStateWriter, StateStore, StateWriter } from '../../contracts/state-store.js';
import type { EngineContext } from '../pipeline.js';
import { Retry, type RetryContext } from '../retry/retry.js';

/** The lease is renewed when this part of the remaining time has passed. */
const RENEW_AFTER = 1 / 3;

/** A lease that is renewed until it is released. */
export interface KeptLease {
  readonly writer: StateWriter | SharedStateWriter;
  /** The pause in which it began; undefined when there was none. */
  readonly found: Pause | undefined;
  /** Aborts with the `StateError` when the lease is lost. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

interface LeaseOptions {
  /** Whether it is that of one of several workers, where the store takes several. */
  readonly shares: boolean;
  /** Waits for a state that does not answer until it aborts. Absent: the first failure is thrown. */
  readonly patience?: AbortSignal;
}

/**
 * Acquires the lease of a pipeline. Throws `StateError` when another process has the whole pipeline, or the state cannot be
 * opened.
 */
export async function keepLease(
  state: StateStore,
  pipeline: string,
  context: RetryContext,
  { shares, patience }: LeaseOptions,
): Promise<KeptLease> {
  const acquire = async () => (shares && state.join ? state.join(pipeline) : state.acquire(pipeline));
  const writer = patience ? await new Retry('state', context, Infinity).call(acquire, patience) : await acquire();
  const { pause: found } = await writer.read();
  const released = new AbortController();
  const lost = new AbortController();
  const renewed = renew(writer, context, { signal: released.signal, onLost: (error) => lost.abort(error) });
  return {
    writer,
    found,
    lost: lost.signal,
    async release() {
      released.abort();
      await renewed;
      await writer.release();
    },
  };
}

/** Renews until `signal` aborts or the lease is lost; a lease that ends with the process is left alone. Never rejects. */
async function renew(
  writer: StateWriter,
  { runtime, logger }: EngineContext,
  { signal, onLost }: { readonly signal: AbortSignal; readonly onLost: (error: StateError) => void },
): Promise<void> {
  while (Number.isFinite(writer.leaseExpiresAt)) {
    const leftMs = writer.leaseExpiresAt - runtime.now();
    try {
      await runtime.sleep(Math.max(0, leftMs * RENEW_AFTER), signal);
      await writer.renew();
    } catch (error) {
      if (signal.aborted) return;
      const lost = lossOf(error, runtime.now() >= writer.leaseExpiresAt);
      logger.error({ error: lost.message }, 'lost the lease on the state; nothing more is sent');
      onLost(lost);
      return;
    }
  }
}

/** A process that was frozen learns from a broken connection that it is too late. */
function lossOf(error: unknown, hasExpired: boolean): StateError {
  if (!(error instanceof StateError)) return new StateError(String(error), { cause: error });
  if (!hasExpired || !(error instanceof StateUnavailableError)) return error;
  return new StateUnavailableError(`the lease on the state has expired: ${error.message}`, { cause: error });
}
