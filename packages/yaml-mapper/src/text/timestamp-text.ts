import type { TextOutput } from '@sluice/core/text';

const [HYPHEN, POINT, ZERO, COLON, SPACE] = [0x2d, 0x2e, 0x30, 0x3a, 0x20];
const [QUOTE, T, Z] = [0x22, 0x54, 0x5a];

const SECONDS_LENGTH = '2026-01-31 09:30:00'.length;
const MAX_LENGTH = '2026-01-31 09:30:00.123456'.length;
const WRITTEN_LENGTH = '"2026-01-31T09:30:00.123Z"'.length;

/**
 * Appends a time as JSON, without what is smaller than a millisecond. Undefined if the object path may write another text;
 * then nothing is appended.
 */
export function writeTimestamp(from: Uint8Array, start: number, end: number, output: TextOutput): true | undefined {
  const length = end - start;
  if (length < SECONDS_LENGTH || length > MAX_LENGTH || !isTime(from, start)) return undefined;
  if (length > SECONDS_LENGTH && !isFraction(from, start + SECONDS_LENGTH, end)) return undefined;
  // Before 1970, a time may be rounded to the next millisecond.
  if (pair(from, start) * 100 + pair(from, start + 2) < 1970 && length > SECONDS_LENGTH + 4) return undefined;
  if (!output.hasRoom(WRITTEN_LENGTH)) return true;
  const { bytes } = output;
  let at = output.length;
  bytes[at++] = QUOTE;
  for (let index = start; index < start + SECONDS_LENGTH; index += 1) bytes[at++] = from[index] ?? 0;
  bytes[at - SECONDS_LENGTH + 10] = T;
  bytes[at++] = POINT;
  for (let index = start + SECONDS_LENGTH + 1; index < start + SECONDS_LENGTH + 4; index += 1)
    bytes[at++] = index < end ? (from[index] ?? 0) : ZERO;
  bytes[at++] = Z;
  bytes[at++] = QUOTE;
  output.length = at;
  return true;
}

function isTime(from: Uint8Array, start: number): boolean {
  if (from[start + 4] !== HYPHEN || from[start + 7] !== HYPHEN || from[start + 10] !== SPACE) return false;
  if (from[start + 13] !== COLON || from[start + 16] !== COLON) return false;
  const month = pair(from, start + 5);
  const day = pair(from, start + 8);
  return (
    pair(from, start) >= 0 &&
    pair(from, start + 2) >= 0 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 31 &&
    isBelow(pair(from, start + 11), 24) &&
    isBelow(pair(from, start + 14), 60) &&
    isBelow(pair(from, start + 17), 60)
  );
}

function isBelow(value: number, limit: number): boolean {
  return value >= 0 && value < limit;
}

/** The number of two digits; -1 if they are none. */
function pair(from: Uint8Array, at: number): number {
  const tens = (from[at] ?? 0) - ZERO;
  const ones = (from[at + 1] ?? 0) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function isFraction(from: Uint8Array, start: number, end: number): boolean {
  if (from[start] !== POINT || start + 1 === end) return false;
  for (let index = start + 1; index < end; index += 1) if (!isBelow((from[index] ?? 0) - ZERO, 10)) return false;
  return true;
}
