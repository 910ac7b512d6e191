import { daysSince1970 } from '../../text/days-since-1970.js';
import { HOUR_MS } from '../../contracts/digest.js';
import type { PageText } from '../../contracts/page-text.js';
import type { RecordPage } from '../../contracts/source.js';
import type { KeySumsBuilder } from '../../state/key-sums.js';

const BACKSLASH = 0x5c;
const HYPHEN = 0x2d;
const ZERO = 0x30;
const LAST_OF_BC = 0x43;

/** Adds the key of a record. */
export function addKey(sums: KeySumsBuilder, page: RecordPage, record: number): void {
  const { text } = page;
  const cell = text === undefined ? 0 : record * text.columns + text.keyColumn;
  const start = text?.starts[cell] ?? 0;
  const end = text?.ends[cell] ?? 0;
  if (text === undefined || hasBackslash(text.bytes, start, end)) sums.add(page.keys[record] ?? '');
  else sums.addBytes(text.bytes, start, end);
}

function hasBackslash(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at] === BACKSLASH) return true;
  return false;
}

/** The hour in which the source learned of a record, in hours since 1970: a small number, which needs no memory. */
export function createdHour(page: RecordPage, record: number): number {
  const hour = page.text && hourInText(page.text, record);
  return hour ?? Math.floor((page.createdAt[record] ?? 0) / HOUR_MS);
}

/** Undefined unless the text begins as in `2026-01-31 09:` and does not end in `BC`. */
function hourInText({ bytes, starts, ends, columns, createdAtColumn }: PageText, record: number): number | undefined {
  const cell = record * columns + createdAtColumn;
  const start = starts[cell] ?? 0;
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  const days = daysSince1970(year, twoDigits(bytes, start + 5), twoDigits(bytes, start + 8));
  const hour = days * 24 + twoDigits(bytes, start + 11);
  const isPlain = bytes[start + 4] === HYPHEN && bytes[(ends[cell] ?? 0) - 1] !== LAST_OF_BC;
  return isPlain && !Number.isNaN(hour) ? hour : undefined;
}

/** The number of two digits; NaN if one is not a digit. */
function twoDigits(bytes: Buffer, at: number): number {
  const tens = (bytes[at] ?? 0) - ZERO;
  const ones = (bytes[at + 1] ?? 0) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
