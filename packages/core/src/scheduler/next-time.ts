import type { Schedule } from '../contracts/scheduler.js';
import type { Instant } from '../contracts/value.js';
import { cronIn } from './cron.js';

/** The first time of a schedule after `after`, by every scheduler. Throws for a cron expression that has none. */
export function nextTime(schedule: Schedule, after: Instant): Instant {
  if (schedule.kind === 'interval') return (Math.floor(after / schedule.everyMs) + 1) * schedule.everyMs;
  const next = cronIn(schedule.cron, schedule.timeZone).nextRun(new Date(after));
  if (next === null) {
    throw new Error(`the schedule ${schedule.cron} has no time after ${new Date(after).toISOString()}`);
  }
  return next.getTime();
}
