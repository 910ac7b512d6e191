import type { Instant, Runtime } from '@sluice/core/adapter';

export interface ManualRuntimeOptions {
  /** The start of the wall clock. Default: 2026-01-15T12:00:00Z. */
  readonly startAt?: Instant;
  /** The same seed gives the same random numbers. Default: 1. */
  readonly seed?: number;
  /**
   * What ends a sleep. `clock-jumps` (default): when nothing else can run, the clock jumps to the next sleeper's time.
   * `advance`: only a call of `advance`.
   */
  readonly sleepEndsBy?: 'clock-jumps' | 'advance';
}

/** A `Runtime` whose clock moves only when something sleeps or a test advances it. */
export interface ManualRuntime extends Runtime {
  /** Moves both clocks and wakes the sleepers whose time has come, in order. */
  advance(ms: number): void;
  /** The duration of every `sleep`, in order. */
  readonly sleepsMs: readonly number[];
  readonly sleepers: number;
}

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

const DEFAULT_START = Date.UTC(2026, 0, 15, 12);

export function manualRuntime(options: ManualRuntimeOptions = {}): ManualRuntime {
  const startAt = options.startAt ?? DEFAULT_START;
  const jumps = (options.sleepEndsBy ?? 'clock-jumps') === 'clock-jumps';
  const random = seededRandom(options.seed ?? 1);
  const sleepsMs: number[] = [];
  const sleepers: Sleeper[] = [];
  let elapsedMs = 0;

  function wakeUntil(untilMs: number): void {
    for (let next = sleepers[0]; next !== undefined && next.wakeAtMs <= untilMs; next = sleepers[0]) {
      sleepers.shift();
      elapsedMs = Math.max(elapsedMs, next.wakeAtMs);
      next.wake();
    }
  }

  function jump(): void {
    const next = sleepers[0];
    if (next === undefined) return;
    wakeUntil(next.wakeAtMs);
    setImmediate(jump);
  }

  function addSleeper(sleeper: Sleeper): void {
    const later = sleepers.findIndex((other) => other.wakeAtMs > sleeper.wakeAtMs);
    sleepers.splice(later === -1 ? sleepers.length : later, 0, sleeper);
    if (jumps && sleepers.length === 1) setImmediate(jump);
  }

  return {
    sleepsMs,
    now: () => startAt + Math.floor(elapsedMs),
    monotonicMs: () => elapsedMs,
    random,
    get sleepers() {
      return sleepers.length;
    },
    sleep: (ms, signal) => {
      sleepsMs.push(ms);
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(reasonOf(signal));
        const abort = (): void => {
          sleepers.splice(sleepers.indexOf(sleeper), 1);
          reject(reasonOf(signal));
        };
        const sleeper: Sleeper = {
          wakeAtMs: elapsedMs + Math.max(0, ms),
          wake: () => {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        return addSleeper(sleeper);
      });
    },
    advance: (ms) => {
      const untilMs = elapsedMs + ms;
      wakeUntil(untilMs);
      elapsedMs = untilMs;
    },
  };
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** Mulberry32: small, fast, and the same on every machine. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
