import type { Runtime } from '../contracts/runtime.js';
import type { Schedule, ScheduleOptions, Scheduler } from '../contracts/scheduler.js';
import type { Instant } from '../contracts/value.js';
import { cronIn } from './cron.js';

/** How often the clock is checked: it may have been set, or the machine may have slept. */
const CHECK_EVERY_MS = 60_000;

/** A clock that is set back by less than this is being corrected. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Runs schedules with timers in this process. */
export class InProcessScheduler implements Scheduler {
  readonly #runtime: Pick<Runtime, 'now' | 'sleep'>;

  constructor(runtime: Pick<Runtime, 'now' | 'sleep'>) {
    this.#runtime = runtime;
  }

  nextAfter(schedule: Schedule, after: Instant): Instant {
    if (schedule.kind === 'interval') return (Math.floor(after / schedule.everyMs) + 1) * schedule.everyMs;
    const next = cronIn(schedule.cron, schedule.timeZone).nextRun(new Date(after));
    if (next === null)
      throw new Error(`the schedule ${schedule.cron} has no time after ${new Date(after).toISOString()}`);
    return next.getTime();
  }

  async run(schedule: Schedule, tick: () => Promise<void>, { signal, servedUntil }: ScheduleOptions): Promise<void> {
    let served = servedUntil ?? this.#runtime.now();
    while (await this.#isDue(schedule, served, signal)) {
      served = this.#runtime.now();
      await tick();
    }
  }

  /** Resolves to true at the first time of the schedule after `servedUntil`, or to false when the signal aborts. */
  async #isDue(schedule: Schedule, servedUntil: Instant, signal: AbortSignal): Promise<boolean> {
    const nextAfter = (served: Instant) => (Number.isFinite(served) ? this.nextAfter(schedule, served) : served);
    let [served, next] = [servedUntil, nextAfter(servedUntil)];
    while (!signal.aborted) {
      const now = this.#runtime.now();
      if (served > now + CLOCK_TOLERANCE_MS) [served, next] = [now, nextAfter(now)];
      const waitMs = next - now;
      if (waitMs <= 0) return true;
      await this.#runtime.sleep(Math.min(waitMs, CHECK_EVERY_MS), signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
    return false;
  }
}
