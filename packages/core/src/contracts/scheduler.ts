import type { Instant } from './value.js';

/** When a pipeline runs: a cron expression in a time zone, or an interval. */
export type Schedule =
  | { readonly kind: 'cron'; readonly cron: string; readonly timeZone: string }
  /** Counted from 1970 in UTC: 15 minutes are :00, :15, :30 and :45, whenever the process started. */
  | { readonly kind: 'interval'; readonly everyMs: number };

export interface ScheduleOptions {
  /** No tick starts after it aborts. */
  readonly signal: AbortSignal;
  /**
   * Until when the schedule was served: if a later scheduled time has already passed, the first tick comes at once.
   * `-Infinity`: never. Default: now.
   */
  readonly servedUntil?: Instant;
}

/**
 * Decides **when** a pipeline runs; the state store's lease decides which process runs it.
 *
 * Ticks never overlap. However many scheduled times pass during a tick, while the process is down or while the machine
 * sleeps, a single tick follows at once: windows cover what was missed.
 */
export interface Scheduler {
  /** The first scheduled time after `after`. */
  nextAfter(schedule: Schedule, after: Instant): Instant;

  /**
   * Calls `tick` at every scheduled time until the signal aborts, and resolves when the last tick has. Rejects with the
   * error of a tick that rejects.
   */
  run(schedule: Schedule, tick: () => Promise<void>, options: ScheduleOptions): Promise<void>;
}
