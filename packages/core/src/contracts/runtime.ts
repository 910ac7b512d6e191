import type { Instant } from './value.js';

/**
 * Clocks, timers and randomness: everything that makes one run differ from the next. Tests and simulations pass their own.
 */
export interface Runtime {
  /** The wall clock. */
  now(): Instant;
  /** A monotonic clock for durations, in milliseconds. */
  monotonicMs(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Uniform in [0, 1). */
  random(): number;
}
