import type { DigestRequest } from '@sluice/core/source';
import type { Projects } from '@sluice/langfuse-records';
import { epochMs } from '../fields/time-expressions.js';
import type { LangfuseStream } from '../streams.js';
import { fromStartOn, inProjects, ofStream } from './record-conditions.js';
import { allOf, raw, sql, type Sql } from './sql.js';

/** A range of creation times as PostgreSQL writes them: `[from, until)`, or `from` alone. */
export interface DigestSlice {
  readonly from: string;
  readonly until?: string | undefined;
}

/** The number of the first `limit` rows created in `[from, until)`, and the creation time of the last of them. */
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

/** The creation time of the first row after `after`. */
export function firstAfterQuery({ table }: LangfuseStream, after: string, until: string): Sql {
  return sql`
SELECT min(r.created_at)::text FROM ${raw(table)} AS r
WHERE r.created_at > ${after}::timestamp AND r.created_at < ${until}::timestamp`;
}

/**
 * Per hour of a slice: the hour, the number of records, and the sums of the first and the second eight bytes of the
 * SHA-256 of their keys. The bytes are read as signed numbers, which does not change a sum mod 2^64.
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
    fromStartOn(stream, { createdBefore: handover, eventFrom }),
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
