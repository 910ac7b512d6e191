import type { LedgerWindow } from '../../contracts/ledger.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import { isClaimable, openOf } from '../../state/assert-sharable.js';
import { executeWindow } from './execute-window.js';
import { lookLater } from './look-later.js';
import type { Run } from './run.js';
import { mayHold } from './send-held.js';
import { unlessMoved } from './unless-moved.js';

/** Claims a window that no living worker has. Throws `StateMovedError` when another one was faster. */
export async function takeOver({ context, ledger }: Run, window: LedgerWindow): Promise<LedgerWindow> {
  const { stream } = window.window;
  context.logger.info({ window: window.id, stream }, 'continuing a window that no other worker has');
  return ledger.claim(window);
}

/**
 * Until `end`, continues windows of workers that have died, while this one works on its own window, which may
 * last. Not where records are held: between two windows alone is it certain which ones are.
 */
export async function takeOverFromTheDead(run: Run, mapper: StreamMapper, end: AbortSignal): Promise<void> {
  const { context, ledger } = run;
  const signal = AbortSignal.any([run.signal, end]);
  for (;;) {
    const known = ledger.state;
    await lookLater(context, signal).catch(() => undefined);
    if (end.aborted) return;
    // A worker that has committed knows what the others do.
    if (ledger.state === known) await ledger.refresh();
    // Also when another one has paused the pipeline, or bound it to another destination.
    run.signal.throwIfAborted();
    const left = leftByTheDead(run, mapper);
    if (left === undefined) continue;
    const window = await unlessMoved(ledger, () => takeOver(run, left));
    if (window !== 'again') await executeWindow(run, mapper, window);
  }
}

/** Slices that nobody has begun are left to workers that have none. */
function leftByTheDead({ ledger }: Run, mapper: StreamMapper): LedgerWindow | undefined {
  const { state } = ledger;
  if (mayHold(state, mapper)) return undefined;
  return openOf(state, mapper.stream).find(
    (window) => window.claim !== undefined && window.purpose !== 'held' && isClaimable(state, window, ledger.isAlive),
  );
}
