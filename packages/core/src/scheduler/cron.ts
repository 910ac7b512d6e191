import { Cron } from 'croner';

/**
 * A cron expression, as the library understands it; throws for what is none. It has no timer of its own.
 *
 * Where clocks change, an expression with a fixed hour (`30 2 * * *`, `0 2,14 * * *`) runs once a day: at the first
 * moment after the gap in spring, at the first of the two in autumn. One with `*` in the hour runs every real hour.
 */
export function cronIn(expression: string, timeZone: string): Cron {
  return new Cron(expression, { paused: true, mode: '5-part', timezone: timeZone, fixedTimeRule: 'no-wildcard' });
}
