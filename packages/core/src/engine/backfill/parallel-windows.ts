import type { LedgerWindow } from '../../contracts/ledger.js';
import type { RunSession } from '../run/run-session.js';

/**
 * Executes the windows that `claim` gives, up to `parallel` at a time, until it gives none. All of them share the
 * session's gate, guard and ledger, and divide its requests in flight. What stops one of them stops all: the others
 * finish what is on its way, and the first error is thrown.
 */
export async function executeInParallel(
  session: RunSession,
  parallel: number,
  claim: (session: RunSession) => Promise<LedgerWindow | undefined>,
  execute: (session: RunSession, window: LedgerWindow) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const { limits } = session;
  const shared: RunSession = {
    ...session,
    limits: { ...limits, maxInFlight: Math.max(1, Math.ceil(limits.maxInFlight / parallel)) },
    signal: AbortSignal.any([session.signal, stop.signal]),
  };
  let failure: { readonly error: unknown } | undefined;
  const work = async () => {
    try {
      for (;;) {
        shared.signal.throwIfAborted();
        const window = await claim(shared);
        if (window === undefined) return;
        await execute(shared, window);
      }
    } catch (error) {
      failure ??= { error };
      stop.abort(error);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  if (failure) throw failure.error;
}
