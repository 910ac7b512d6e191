import { StateError } from '../../contracts/errors.js';
import type { StateWriter } from '../../contracts/state-store.js';
import type { EngineContext } from '../pipeline.js';

/** Renewed when this part of what is left of the lease has passed. */
const RENEW_AFTER = 1 / 3;

/**
 * Renews the lease until `signal` aborts. `onLost` is told once, with the `StateError`, when it is lost; a lease that
 * ends with the process is left alone. Never rejects.
 */
export async function keepLease(
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
      const lost = error instanceof StateError ? error : new StateError(String(error), { cause: error });
      logger.error({ error: lost.message }, 'the lease on the state is lost: nothing more is sent');
      onLost(lost);
      return;
    }
  }
}
