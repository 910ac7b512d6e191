import { Cron } from 'croner';

/**
 * A cron expression, as the library reads it; throws when it is invalid. It starts no timer.
 *
 * As in cron, either of two restricted day fields is enough, and a field that begins with a star,
 * in steps too, is not restricted: then both must hold.
 *
 * When clocks change, an expression with a fixed hour (`30 2 * * *`, `0 2,14 * * *`) runs once a day: right after the gap
 * in spring, at the first of the two times in autumn. An expression with `*` as the hour runs every real hour.
 */
export function cronIn(expression: string, timeZone: string): Cron {
  const [, , dayOfMonth = '', , dayOfWeek = ''] = expression.trim().split(/\s+/u);
  const domAndDow = dayOfMonth.startsWith('*') || dayOfWeek.startsWith('*');
  return new Cron(expression, {
    domAndDow,
    paused: true,
    mode: '5-part',
    // For UTC the library needs no time zones from Intl, which take longer to load than the library.
    ...(timeZone === 'UTC' ? { utcOffset: 0 } : { timezone: timeZone }),
    fixedTimeRule: 'no-wildcard',
  });
}
