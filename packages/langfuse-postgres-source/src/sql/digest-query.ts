import type { DigestRequest } from '@sluice/core/source';
import type { Projects } from '@sluice/langfuse-records';
import { allOf, DIGEST_SUMS, epochMs, raw, type Sql, sql } from '@sluice/postgres';
import type { LangfuseStream } from '../streams.js';
import { fromStartOn, inProjects, ofStream } from './record-conditions.js';

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

/** Per hour of a slice: the hour, the number of records, and `DIGEST_SUMS`. */
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
SELECT ${raw(epochMs('keys.hour'))}, count(*), ${raw(DIGEST_SUMS)}
FROM (
  SELECT date_trunc('hour', r.created_at) AS hour, sha256(convert_to(r.id, 'UTF8')) AS hash
  FROM ${raw(stream.table)} AS r
  WHERE ${conditions}
) AS keys
GROUP BY keys.hour`;
}
