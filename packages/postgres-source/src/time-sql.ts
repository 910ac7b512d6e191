import type { Instant } from '@sluice/core/adapter';
import {
  EARLIEST_MS,
  identifier,
  LATEST_MS,
  literal,
  NOTHING,
  raw,
  sql,
  timestampText,
  allOf,
  type Sql,
} from '@sluice/postgres';
import type { FieldDescription } from './described.js';

/** A column with a time, as statements use it. */
export interface TimeSql {
  /** The time without a zone, in UTC; infinite for one that PostgreSQL's timestamps cannot hold. */
  readonly utc: string;
  /** What orders the times: the column itself, so that its index is used. */
  readonly order: string;
  /** Whether the time is null in the table. */
  readonly isNull: string;
  /** `[from, until)`; after the last date of JavaScript, all that is left, infinity included. */
  range(from: Instant, until: Instant): Sql;
}

/** Seconds that a timestamp can hold, with a margin. */
const EPOCH_SECONDS = [-210_000_000_000, 9_000_000_000_000] as const;

/** Dates and times of a zone that a timestamp in UTC can hold, with a margin. */
const ZONELESS = [`'4713-01-01 BC'`, `'294276-01-01'`] as const;

/** Times of a zone are compared as they are written, a day around the range, and then exactly: the former uses an index. */
const MARGIN = `interval '1 day'`;

/** The time of a field; `other` is the one that replaces a null. */
export function timeSql(column: string, field: FieldDescription, other?: TimeSql): TimeSql {
  const own = columnTime(`r.${identifier(column)}`, field);
  if (other === undefined) return own;
  const utc = `CASE WHEN ${own.isNull} THEN ${other.utc} ELSE ${own.utc} END`;
  return {
    utc,
    order: utc,
    isNull: `(${own.isNull} AND ${other.isNull})`,
    range: (from, until) => sql`((${own.range(from, until)}) OR (${raw(own.isNull)} AND ${other.range(from, until)}))`,
  };
}

function columnTime(column: string, { stored = 'timestamptz', zone = 'UTC' }: FieldDescription): TimeSql {
  const isNull = `${column} IS NULL`;
  const isUtc = /^(?:Etc\/)?(?:UTC|GMT)$/i.test(zone);
  const inZone = (time: string): string =>
    within(column, ZONELESS, `${time} AT TIME ZONE ${literal(zone)} AT TIME ZONE 'UTC'`);
  if (stored === 'timestamptz') {
    const bound = (at: Instant): Sql => sql`(${timestampText(at)}::timestamp AT TIME ZONE 'UTC')`;
    return { utc: `(${column} AT TIME ZONE 'UTC')`, order: column, isNull, range: between(column, bound) };
  }
  if (stored === 'timestamp') {
    if (isUtc) return { utc: column, order: column, isNull, range: between(column, utcBound) };
    return around(column, inZone(column), (at, sign) => sql`(${utcBound(at)} ${raw(sign)} ${raw(MARGIN)})`);
  }
  if (stored === 'date') {
    const utc = isUtc ? within(column, ZONELESS, `${column}::timestamp`) : inZone(`${column}::timestamp`);
    return around(column, utc, (at, sign) => sql`(${utcBound(at)} ${raw(sign)} ${raw(MARGIN)})::date`);
  }
  const [perSecond, unit] = stored === 'epoch-s' ? [1, 'second'] : [1000, 'millisecond'];
  const [first, last] = EPOCH_SECONDS;
  const range = [String(first * perSecond), String(last * perSecond)] as const;
  const utc = within(column, range, `timestamp '1970-01-01' + ${column} * interval '1 ${unit}'`);
  return around(column, utc, (at, sign) => {
    const value = (Math.min(Math.max(at, EARLIEST_MS), LATEST_MS) / 1000) * perSecond;
    return raw(String(sign === '-' ? Math.floor(value) : Math.ceil(value)));
  });
}

/** A time that is computed where it can be, and infinite elsewhere. */
function within(column: string, [first, last]: readonly [string, string], time: string): string {
  return `CASE WHEN ${column} < ${first} THEN '-infinity' WHEN ${column} > ${last} THEN 'infinity' ELSE ${time} END`;
}

function utcBound(at: Instant): Sql {
  return sql`${timestampText(at)}::timestamp`;
}

function between(expression: string, bound: (at: Instant) => Sql): TimeSql['range'] {
  return (from, until) =>
    allOf([
      sql`${raw(expression)} >= ${bound(from)}`,
      until > LATEST_MS ? NOTHING : sql`${raw(expression)} < ${bound(until)}`,
    ]);
}

/** A range that its column's index finds roughly, and the time itself exactly. */
function around(column: string, utc: string, bound: (at: Instant, sign: '-' | '+') => Sql): TimeSql {
  return {
    utc,
    order: column,
    isNull: `${column} IS NULL`,
    range: (from, until) =>
      allOf([
        from < EARLIEST_MS ? NOTHING : sql`${raw(column)} >= ${bound(from, '-')}`,
        until > LATEST_MS ? NOTHING : sql`${raw(column)} <= ${bound(until, '+')}`,
        between(utc, utcBound)(from, until),
      ]),
  };
}
