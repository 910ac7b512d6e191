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
