import type { Instant } from '@sluice/core/adapter';
import { allOf, NOTHING, raw, sql, type Sql } from './sql.js';

/** The first and the last time that every version of DateTime64 can represent. */
const EARLIEST_MS = Date.UTC(1900, 0, 1);
const LATEST_MS = Date.UTC(2299, 11, 31);

export const DAY_MS = 86_400_000;

/** `[from, until)` of a column. What is beyond the times of ClickHouse is no limit. */
export function between(column: string, from: Instant, until: Instant): Sql {
  return allOf([atOrAfter(column, from), before(column, until)]);
}

export function atOrAfter(column: string, at: Instant): Sql {
  return at <= EARLIEST_MS ? raw('1') : sql`${raw(column)} >= ${instant(at)}`;
}

export function before(column: string, at: Instant): Sql {
  if (at > LATEST_MS) return raw('1');
  return at <= EARLIEST_MS ? raw('0') : sql`${raw(column)} < ${instant(at)}`;
}

/** A time as no setting and no time zone changes it. */
function instant(at: Instant): Sql {
  return sql`fromUnixTimestamp64Milli(toInt64(${Math.floor(at)}))`;
}

/** Event times, half-open; absent: any. */
export interface TimeRange {
  readonly from: Instant;
  readonly until: Instant;
}

export function inRange(column: string, range: TimeRange | undefined): Sql {
  return range === undefined ? NOTHING : between(column, range.from, range.until);
}
