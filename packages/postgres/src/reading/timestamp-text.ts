import type { Instant } from '@sluice/core/adapter';

/** What is earlier counts as minus infinity, and what is later as infinity. */
export const EARLIEST_MS = Date.UTC(-4700, 0, 1);
export const LATEST_MS = 8.64e15;

/** An instant as a zoneless timestamp in UTC, for any year that JavaScript or PostgreSQL can represent. */
export function timestampText(instant: Instant): string {
  if (instant < EARLIEST_MS) return '-infinity';
  if (instant > LATEST_MS) return 'infinity';
  const iso = new Date(instant).toISOString().slice(0, -1);
  if (!/^[+-]/.test(iso)) return iso.startsWith('0000') ? `0001${iso.slice(4)} BC` : iso;
  const year = Number(iso.slice(1, 7));
  // ISO 8601 has a year 0, so that 2 BC is -1.
  if (iso.startsWith('-')) return `${String(year + 1).padStart(4, '0')}${iso.slice(7)} BC`;
  return `${year}${iso.slice(7)}`;
}
