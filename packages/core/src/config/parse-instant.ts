import type { Instant } from '../contracts/value.js';

/** The form of what `parseInstant` understands; the calendar may still not have the day. */
export const INSTANT_PATTERN = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/u;

/** What `parseInstant` understands, for messages. */
export const INSTANT_FORMS =
  'a date such as 2026-01-31 (UTC), or a date and time with its zone, such as 2026-01-31T09:00Z';

/** A date, which begins at midnight UTC, or a date and time with its zone; undefined when the text is neither. */
export function parseInstant(text: string): Instant | undefined {
  const at = INSTANT_PATTERN.test(text) && isRealDay(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** Whether the calendar has the day: `Date` takes 30 February for 1 March. */
function isRealDay(text: string): boolean {
  const day = text.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
