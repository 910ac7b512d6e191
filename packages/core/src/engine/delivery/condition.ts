/** Lets callers wait until something may have changed; they look again themselves. */
export class Condition {
  #waiting: (() => void)[] = [];

  /** Resolves at the next `notify`, or when the signal aborts. */
  wait(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      signal?.addEventListener('abort', wake, { once: true });
      this.#waiting.push(wake);
    });
  }

  notify(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
