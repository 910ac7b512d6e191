import { SluiceError } from '@sluice/core/adapter';

const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Turns the first Ctrl-C or SIGTERM into an orderly end; a second one ends the process at once. `exitCode` is undefined
 * until a signal came.
 */
export function stopOnSignals(onFirst: () => void): {
  readonly signal: AbortSignal;
  readonly exitCode: () => number | undefined;
  readonly release: () => void;
} {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const handle = (name: NodeJS.Signals) => {
    const code = 128 + (name === 'SIGINT' ? NUMBERS.SIGINT : NUMBERS.SIGTERM);
    if (exitCode !== undefined) process.exit(code);
    exitCode = code;
    onFirst();
    controller.abort(new Error(`stopped by ${name}`));
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    release: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}

/**
 * Runs work that Ctrl-C and SIGTERM end, and gives its exit code: its own, or 128 plus the signal's number once one came.
 * What the work throws because it was stopped is no failure; a bug stays one.
 */
export async function untilStopped(
  work: (signal: AbortSignal) => Promise<number>,
  onFirst: () => void = () => undefined,
): Promise<number> {
  const stop = stopOnSignals(onFirst);
  try {
    const code = await work(stop.signal);
    return stop.exitCode() ?? code;
  } catch (error) {
    const code = stop.exitCode();
    const isStop = error === stop.signal.reason || error instanceof SluiceError;
    if (code === undefined || !isStop) throw error;
    return code;
  } finally {
    stop.release();
  }
}

/** What a command says when it is asked to stop and still has something on its way. */
export const FINISHING = '\nsluice: finishing what is in flight; again to end at once\n';
