import type { Instant } from '@sluice/core/adapter';

interface Sleeper {
  readonly atMs: number;
  /** Of two sleepers that wake at the same time, the first one wakes first. */
  readonly order: number;
  wake: (() => void) | undefined;
}

/** A simulation has 60,000 at most. */
const MOST_WAKES = 1_000_000;

/** Time passes only when nothing else can happen: hours take milliseconds, and every run of a seed is the same. */
export class SimulatedClock {
  #nowMs: Instant;
  #order = 0;
  readonly #heap: Sleeper[] = [];

  constructor(startAt: Instant) {
    this.#nowMs = startAt;
  }

  get nowMs(): Instant {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(reasonOf(signal));
      const sleeper: Sleeper = { atMs: this.#nowMs + Math.max(0, ms), order: this.#order, wake: resolve };
      this.#order += 1;
      if (signal) {
        const abort = () => {
          sleeper.wake = undefined;
          reject(reasonOf(signal));
        };
        signal.addEventListener('abort', abort, { once: true });
        sleeper.wake = () => {
          signal.removeEventListener('abort', abort);
          resolve();
        };
      }
      return this.#push(sleeper);
    });
  }

  /** Lets time pass until `main` has ended or `isOver` returns true. Throws when nothing will ever wake again, or without an end. */
  async run(main: Promise<void>, isOver: () => boolean): Promise<void> {
    let ended: { readonly error?: unknown } | undefined;
    main.then(
      () => (ended = {}),
      (error: unknown) => (ended = { error }),
    );
    for (let wakes = 0; wakes < MOST_WAKES; wakes += 1) {
      await new Promise(setImmediate);
      if (ended !== undefined && 'error' in ended) throw ended.error;
      if (ended !== undefined || isOver()) return;
      const next = this.#pop();
      if (next === undefined) throw new Error('the simulation hangs: everything waits for something else');
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake?.();
    }
    throw new Error('the simulation does not end: something goes on for ever');
  }

  #push(sleeper: Sleeper): void {
    const heap = this.#heap;
    let index = heap.push(sleeper) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(sleeper, heap[parent])) break;
      heap[index] = heap[parent] ?? sleeper;
      index = parent;
    }
    heap[index] = sleeper;
  }

  /** The next sleeper. */
  #pop(): Sleeper | undefined {
    for (;;) {
      const heap = this.#heap;
      const [first] = heap;
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) this.#sink(last);
      if (first.wake !== undefined) return first;
    }
  }

  #sink(sleeper: Sleeper): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const child = isBefore(heap[right], heap[left]) ? right : left;
      const smaller = heap[child];
      if (smaller === undefined || !isBefore(smaller, sleeper)) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = sleeper;
  }
}

function isBefore(a: Sleeper | undefined, b: Sleeper | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error(String(reason));
}
