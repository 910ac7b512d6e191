import type { DigestRequest } from '@sluice/core';
import type { LangfuseStream } from '../streams.js';
import { fromStartOn, inProjects, ofStream, type Projects } from './record-conditions.js';
import { allOf, epochMs, raw, sql, type Sql } from './sql.js';

/** A stretch of creation time, as PostgreSQL writes times: `[from, until)`, or the moment `from` alone. */
export interface DigestSlice {
  readonly from: string;
  /** Absent: the moment alone. */
  readonly until?: string;
}

/**
 * How many rows of the table, and the creation time of the last of them, follow from a moment on: at most `limit`, and
 * by the index on it alone.
 */
export function sliceEndQuery({ table }: LangfuseStream, from: string, until: string, limit: number): Sql {
  return sql`
SELECT count(*), max(page.created_at)::text
FROM (
  SELECT r.created_at FROM ${raw(table)} AS r
  WHERE r.created_at >= ${from}::timestamp AND r.created_at < ${until}::timestamp
  ORDER BY r.created_at
  LIMIT ${limit}
) AS page`;
}

/** The creation time of the first row after a moment. */
export function firstAfterQuery({ table }: LangfuseStream, after: string, until: string): Sql {
  return sql`
SELECT min(r.created_at)::text FROM ${raw(table)} AS r
WHERE r.created_at > ${after}::timestamp AND r.created_at < ${until}::timestamp`;
}

/**
 * Per hour of a slice: the hour, how many records, and the sums of the first and the second eight bytes of the SHA-256 of
 * their keys. The bytes are read as signed numbers, which changes no sum mod 2^64.
 */
export function digestQuery(
  stream: LangfuseStream,
  projects: Projects,
  { handover, eventFrom }: Pick<DigestRequest, 'handover' | 'eventFrom'>,
  { from, until }: DigestSlice,
): Sql {
  const conditions = allOf([
    until === undefined
      ? sql`r.created_at = ${from}::timestamp`
      : sql`r.created_at >= ${from}::timestamp AND r.created_at < ${until}::timestamp`,
    fromStartOn(stream, { createdBefore: handover, ...(eventFrom === undefined ? {} : { eventFrom }) }),
    ofStream(stream),
    inProjects('r', projects),
  ]);
  return sql`
SELECT ${raw(epochMs('keys.hour'))}, count(*), sum(${raw(eightBytes(1))}), sum(${raw(eightBytes(9))})
FROM (
  SELECT date_trunc('hour', r.created_at) AS hour, sha256(convert_to(r.id, 'UTF8')) AS hash
  FROM ${raw(stream.table)} AS r
  WHERE ${conditions}
) AS keys
GROUP BY keys.hour`;
}

function eightBytes(first: number): string {
  return `('x' || encode(substring(keys.hash FROM ${first} FOR 8), 'hex'))::bit(64)::bigint`;
}
