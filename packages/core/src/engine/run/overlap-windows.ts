import type { LedgerWindow } from '../../contracts/ledger.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import { executeWindow } from './execute-window.js';
import type { Run } from './run.js';

/** The windows of one stream, at most two at a time: one is read while the last requests of the one before are on their way. */
export interface OverlappingWindows {
  /** Returns how many records the window has once they are read and the window before is done. */
  begin(window: LedgerWindow): Promise<number>;
  /** Waits until the last window is done. Returns whether there was one. */
  settle(): Promise<boolean>;
}

/**
 * Does work that executes windows of a stream and need not wait for the end of each. The first error stops all: what is in
 * flight is finished, and the error is thrown. The work uses the signal of the run that it is given.
 */
export async function overlapWindows(
  run: Run,
  mapper: StreamMapper,
  work: (run: Run, windows: OverlappingWindows) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const own: Run = { ...run, signal: AbortSignal.any([run.signal, stop.signal]) };
  const unfinished = new Set<Promise<number>>();
  const windows: OverlappingWindows = {
    async begin(window) {
      const before = [...unfinished];
      let onRead: (records: number) => void = () => undefined;
      const read = new Promise<number>((resolve) => {
        onRead = resolve;
      });
      const executed = executeWindow(own, mapper, window, { onRead });
      unfinished.add(executed);
      executed.then(
        () => unfinished.delete(executed),
        (error: unknown) => stop.abort(error),
      );
      const records = await Promise.race([read, executed]);
      await Promise.all(before);
      return records;
    },
    async settle() {
      const hasSome = unfinished.size > 0;
      await Promise.all(unfinished);
      return hasSome;
    },
  };
  try {
    await work(own, windows);
    await windows.settle();
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(unfinished);
    throw stop.signal.reason;
  }
}
