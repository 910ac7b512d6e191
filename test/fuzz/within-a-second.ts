const LIMIT_MS = 1000;

/** Rejects with the input if the work throws, or takes more than a second of this thread. */
export function withinASecond(input: unknown, work: () => void): Promise<void> {
  const begun = process.cpuUsage();
  try {
    work();
    const tookMs = process.cpuUsage(begun).user / 1000;
    if (tookMs > LIMIT_MS) throw new Error(`took ${tookMs} ms`);
    return Promise.resolve();
  } catch (error) {
    return Promise.reject(new Error(`${JSON.stringify(input)}: ${String(error)}`, { cause: error }));
  }
}
