/** Waits for a promise that never rejects, or throws the signal's reason when that comes first. */
export function untilAborted(promise: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      signal?.removeEventListener('abort', end);
      if (signal?.aborted === true) reject(signal.reason);
      else resolve();
    };
    signal?.addEventListener('abort', end);
    if (signal?.aborted === true) end();
    else void promise.then(end);
  });
}
