import type { Instant } from '@sluice/core/adapter';
import { daysSince1970 } from '@sluice/core/text';

const ZERO = 0x30;
const DAY_MS = 86_400_000;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** With the quotation marks. */
const BYTES = '"2026-01-31T09:30:00.123Z"'.length;
/** What stands between the digits. */
const MARKS = [
  [0, '"'],
  [5, '-'],
  [8, '-'],
  [11, 'T'],
  [14, ':'],
  [17, ':'],
  [20, '.'],
  [24, 'Z'],
  [25, '"'],
].map(([at, mark]) => ({ at: Number(at), byte: String(mark).charCodeAt(0) }));

/** The time that a JSON text tells, if it is written as `Date` writes the years 0 to 9999; otherwise undefined. */
export function writtenInstant(bytes: Buffer, start: number, end: number): Instant | undefined {
  if (end - start !== BYTES) return undefined;
  for (const { at, byte } of MARKS) if (bytes[start + at] !== byte) return undefined;
  const year = numberAt(bytes, start + 1, 4);
  const month = numberAt(bytes, start + 6, 2);
  const day = numberAt(bytes, start + 9, 2);
  const hour = numberAt(bytes, start + 12, 2);
  const minute = numberAt(bytes, start + 15, 2);
  const second = numberAt(bytes, start + 18, 2);
  const millisecond = numberAt(bytes, start + 21, 3);
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return undefined;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || millisecond < 0) {
    return undefined;
  }
  return daysSince1970(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
}

/** Digits as a number, or -1. */
function numberAt(bytes: Buffer, start: number, digits: number): number {
  let number = 0;
  for (let at = start; at < start + digits; at += 1) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

function daysOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}
