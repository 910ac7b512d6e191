import { isRealDay } from '@sluice/core/config';

const MAX_INSTANT = 8_640_000_000_000_000;
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/u;

const DAY_MS = 86_400_000;
const digits = (count: number, width: number): readonly string[] =>
  Array.from({ length: count }, (_, value) => String(value).padStart(width, '0'));
const TWO = digits(60, 2);
const THREE = digits(1000, 3);

/** The date of the previous call: records come in order of time, and `Date` is slow. */
let lastDay = Number.NaN;
let lastDate = '';

/** ISO 8601 with milliseconds and `Z`; null outside the range of `Date`. */
export function instantToText(instant: number): string | null {
  if (!(Math.abs(instant) <= MAX_INSTANT)) return null;
  const whole = Math.trunc(instant);
  const day = Math.floor(whole / DAY_MS);
  if (day !== lastDay) {
    lastDate = new Date(day * DAY_MS).toISOString().slice(0, -'00:00:00.000Z'.length);
    lastDay = day;
  }
  const ms = whole - day * DAY_MS;
  const [second, minute, hour] = [Math.floor(ms / 1000), Math.floor(ms / 60_000), Math.floor(ms / 3_600_000)];
  return `${lastDate}${TWO[hour]}:${TWO[minute % 60]}:${TWO[second % 60]}.${THREE[ms % 1000]}Z`;
}

/** Milliseconds since 1970 for ISO 8601 text, or null. A date is midnight UTC; a time needs its zone. */
export function textToInstant(text: string): number | null {
  if (!ISO.test(text)) return null;
  const instant = Date.parse(text);
  return Number.isNaN(instant) || !isRealDay(text.slice(0, 10)) ? null : instant;
}
