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

/** npx and npm pass a signal on that the terminal or the supervisor has sent to their child as well: it comes twice. */
const SAME_SIGNAL_SECONDS = 0.3;

/** The subset of Node's `process` that this needs. */
export type SignalledProcess = Pick<NodeJS.Process, 'on' | 'off' | 'exit' | 'uptime'>;

/**
 * Turns the first Ctrl-C or SIGTERM into an abort; a second one ends the process at once. `stopped` is undefined until
 * a signal came.
 */
function stopOnSignals(
  onFirst: (name: NodeJS.Signals) => void,
  signalled: SignalledProcess,
): {
  readonly signal: AbortSignal;
  readonly stopped: () => StoppedBySignal | undefined;
  readonly release: () => void;
} {
  const controller = new AbortController();
  let stopped: StoppedBySignal | undefined;
  let stoppedAt = 0;
  const handle = (name: NodeJS.Signals) => {
    const exitCode = name === 'SIGINT' ? EXIT_CODES.SIGINT : EXIT_CODES.SIGTERM;
    if (stopped !== undefined) {
      const isSame = exitCode === stopped.exitCode && signalled.uptime() - stoppedAt < SAME_SIGNAL_SECONDS;
      if (!isSame) signalled.exit(exitCode);
      return;
    }
    stopped = new StoppedBySignal(name, exitCode);
    stoppedAt = signalled.uptime();
    onFirst(name);
    controller.abort(stopped);
  };
  signalled.on('SIGINT', handle);
  signalled.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    stopped: () => stopped,
    release: () => {
      signalled.off('SIGINT', handle);
      signalled.off('SIGTERM', handle);
    },
  };
}

/**
 * Runs work until Ctrl-C or SIGTERM and returns its exit code: its own, or that of the signal. What the work throws
 * because it was stopped is not a failure; a bug still is.
 */
export async function untilStopped(
  work: (signal: AbortSignal) => Promise<number>,
  onFirst: (name: NodeJS.Signals) => void = () => undefined,
  signalled: SignalledProcess = process,
): Promise<number> {
  const { signal, stopped, release } = stopOnSignals(onFirst, signalled);
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
