import type { LedgerWindow } from '../../contracts/ledger.js';
import type { Run } from '../run/run.js';

/**
 * Executes the windows that `claim` returns, up to `parallel` at a time, until it returns none. They share the run's gate,
 * guard and ledger, and divide its requests in flight. An error in one stops all: the others finish what is in flight,
 * and the first error is thrown.
 */
export async function executeInParallel(
  run: Run,
  parallel: number,
  claim: (run: Run) => Promise<LedgerWindow | undefined>,
  execute: (run: Run, window: LedgerWindow) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const { limits } = run.line;
  const maxInFlight = Math.max(1, Math.ceil(limits.maxInFlight / parallel));
  const shared: Run = {
    ...run,
    line: { ...run.line, limits: { ...limits, maxInFlight } },
    signal: AbortSignal.any([run.signal, stop.signal]),
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
