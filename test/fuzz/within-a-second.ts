const LIMIT_MS = 1000;

/** Rejects with the input if the work throws, or takes more than a second of this thread. */
export function withinASecond(input: unknown, work: () => void): Promise<void> {
  const begunMs = performance.now();
  try {
    work();
    // On a busy machine the time of a clock says little, and the time of the processor is slow to ask for.
    if (performance.now() - begunMs > LIMIT_MS) {
      const before = process.cpuUsage();
      work();
      const tookMs = process.cpuUsage(before).user / 1000;
      if (tookMs > LIMIT_MS) throw new Error(`took ${tookMs} ms`);
    }
    return Promise.resolve();
  } catch (error) {
    return Promise.reject(new Error(`${JSON.stringify(input)}: ${String(error)}`, { cause: error }));
  }
}
