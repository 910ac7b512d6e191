import { Cron } from 'croner';

/**
 * A cron expression, as the library reads it; throws when it is invalid. It starts no timer.
 *
 * When clocks change, an expression with a fixed hour (`30 2 * * *`, `0 2,14 * * *`) runs once a day: right after the gap
 * in spring, at the first of the two times in autumn. An expression with `*` as the hour runs every real hour.
 */
export function cronIn(expression: string, timeZone: string): Cron {
  return new Cron(expression, { paused: true, mode: '5-part', timezone: timeZone, fixedTimeRule: 'no-wildcard' });
}
