import type { Instant } from '../contracts/value.js';

/** The form of a text that `parseInstant` understands; the calendar may still not have the day. */
export const INSTANT_PATTERN = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/u;

/** The texts that `parseInstant` understands, for messages. */
export const INSTANT_FORMS =
  'a date such as 2026-01-31 (UTC), or a date and time with its zone, such as 2026-01-31T09:00Z';

/** A date, which means midnight UTC, or a date and time with its zone; undefined for anything else. */
export function parseInstant(text: string): Instant | undefined {
  const at = INSTANT_PATTERN.test(text) && isRealDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** Whether the calendar has the day `2026-01-31`, or `+002026-01-31`: `Date` reads 30 February as 2 March. */
export function isRealDay(day: string): boolean {
  return new Date(day).getUTCDate() === Number(day.slice(-2));
}
