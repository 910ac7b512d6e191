import { SluiceError } from '@sluice/core/adapter';

/** Why work was aborted: Ctrl-C or SIGTERM. */
export class StoppedBySignal extends Error {
  constructor(
    name: NodeJS.Signals,
    /** 128 plus the signal's number. */
    readonly exitCode: number,
  ) {
    super(`stopped by ${name}`);
  }
}

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Turns the first Ctrl-C or SIGTERM into an abort; a second one ends the process at once. `stopped` is undefined until
 * a signal came.
 */
function stopOnSignals(onFirst: (name: NodeJS.Signals) => void = () => undefined): {
  readonly signal: AbortSignal;
  readonly stopped: () => StoppedBySignal | undefined;
  readonly release: () => void;
} {
  const controller = new AbortController();
  let stopped: StoppedBySignal | undefined;
  const handle = (name: NodeJS.Signals) => {
    const exitCode = name === 'SIGINT' ? EXIT_CODES.SIGINT : EXIT_CODES.SIGTERM;
    if (stopped !== undefined) process.exit(exitCode);
    stopped = new StoppedBySignal(name, exitCode);
    onFirst(name);
    controller.abort(stopped);
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    stopped: () => stopped,
    release: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}

/**
 * Runs work until Ctrl-C or SIGTERM and returns its exit code: its own, or that of the signal. What the work throws
 * because it was stopped is not a failure; a bug still is.
 */
export async function untilStopped(
  work: (signal: AbortSignal) => Promise<number>,
  onFirst?: (name: NodeJS.Signals) => void,
): Promise<number> {
  const { signal, stopped, release } = stopOnSignals(onFirst);
  try {
    const code = await work(signal);
    return stopped()?.exitCode ?? code;
  } catch (error) {
    const stop = stopped();
    if (stop === undefined || !(error === stop || error instanceof SluiceError)) throw error;
    return stop.exitCode;
  } finally {
    release();
  }
}
