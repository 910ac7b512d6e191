import type { Instant } from './value.js';

/**
 * Everything that makes a run differ from the next, in one place, so that tests and simulations can hand in their own.
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
