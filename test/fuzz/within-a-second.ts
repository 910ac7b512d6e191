const LIMIT_MS = 1000;

/** Rejects with the input if the work throws, or takes more than a second of this thread. */
export function withinASecond(input: string, work: () => void): Promise<void> {
  const begun = process.cpuUsage();
  try {
    work();
  } catch (error) {
    return Promise.reject(new Error(`${JSON.stringify(input)}: ${String(error)}`, { cause: error }));
  }
  const { user } = process.cpuUsage(begun);
  return user / 1000 > LIMIT_MS
    ? Promise.reject(new Error(`${JSON.stringify(input)}: took ${user / 1000} ms`))
    : Promise.resolve();
}
