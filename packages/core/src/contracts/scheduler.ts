import type { Instant } from './value.js';

/** When a pipeline runs: a cron expression in a time zone, or every so often. */
export type Schedule =
  | { readonly kind: 'cron'; readonly cron: string; readonly timeZone: string }
  /** Counted from 1970 in UTC: with 15 minutes, at :00, :15, :30 and :45, whenever the process was started. */
  | { readonly kind: 'interval'; readonly everyMs: number };

export interface ScheduleOptions {
  /** No tick begins once it aborts. */
  readonly signal: AbortSignal;
  /**
   * Up to which moment the schedule was served before: when a later one has already passed, the first tick comes at
   * once. `-Infinity`: nothing was ever served. Absent: everything up to now.
   */
  readonly servedUntil?: Instant;
}

/**
 * Decides **when** a pipeline runs; who runs it is decided by the state store's lease.
 *
 * A tick never overlaps the one before it. However many moments of the schedule pass while a tick is under way, while
 * the process is down or while the machine sleeps, one tick serves them all, at once: windows cover what was missed.
 */
export interface Scheduler {
  /** The first moment of the schedule after `after`. */
  nextAfter(schedule: Schedule, after: Instant): Instant;

  /**
   * Calls `tick` at every moment of the schedule until the signal aborts, then resolves when the last tick has. A tick
   * that rejects ends it with the same error.
   */
  run(schedule: Schedule, tick: () => Promise<void>, options: ScheduleOptions): Promise<void>;
}
