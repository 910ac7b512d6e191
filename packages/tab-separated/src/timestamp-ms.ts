import { daysSince1970 } from '@sluice/core/text';

/** Characters as bytes: `0`, `-`, `.`, the last of `BC` and the first of `infinity`. */
const ZERO = 0x30;
const DASH = 0x2d;
const DOT = 0x2e;
const C = 0x43;
const I = 0x69;

const DAY_MS = 86_400_000;

/**
 * The time that PostgreSQL writes as `2026-01-31 09:30:00.123456`, in whole milliseconds since 1970, for every year that it
 * has: JavaScript's dates end before. Null if it is infinite.
 */
export function timestampMs(bytes: Buffer, start: number, end: number): number | null {
  if (bytes[start] === I || bytes[start] === DASH) return null;
  const dash = bytes.indexOf(DASH, start);
  const written = numberAt(bytes, start, dash);
  // ISO 8601 has a year 0, so that 2 BC is -1.
  const year = bytes[end - 1] === C ? 1 - written : written;
  const time = dash + 7;
  let milliseconds = 0;
  if (bytes[time + 8] === DOT && time + 8 < end) {
    let scale = 100;
    for (let at = time + 9; at < end && scale >= 1 && isDigit(bytes[at]); at += 1, scale /= 10) {
      milliseconds += ((bytes[at] ?? 0) - ZERO) * scale;
    }
  }
  const hours = numberAt(bytes, time, time + 2);
  const minutes = numberAt(bytes, time + 3, time + 5);
  const seconds = numberAt(bytes, time + 6, time + 8);
  const days = daysSince1970(year, numberAt(bytes, dash + 1, dash + 3), numberAt(bytes, dash + 4, dash + 6));
  return days * DAY_MS + ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
}

function numberAt(bytes: Buffer, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at += 1) number = number * 10 + (bytes[at] ?? 0) - ZERO;
  return number;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte < ZERO + 10;
}
