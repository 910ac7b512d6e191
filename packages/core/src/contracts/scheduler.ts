import type { Instant } from './value.js';

/** When a pipeline runs: a cron expression in a time zone, or every so often. */
export type Schedule =
  | { readonly kind: 'cron'; readonly cron: string; readonly timeZone: string }
  | { readonly kind: 'interval'; readonly everyMs: number };

/**
 * Decides **when** a pipeline runs; who runs it is decided by the state store's lease.
 *
 * A tick never overlaps the one before it: while `tick` has not resolved, further moments of the schedule pass, and one
 * tick follows at once when any passed.
 */
export interface Scheduler {
  /** The first moment of the schedule after `after`. */
  nextAfter(schedule: Schedule, after: Instant): Instant;

  /** Calls `tick` at every moment of the schedule until the signal aborts, then resolves when the last tick has. */
  run(schedule: Schedule, tick: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
}
