import type { DigestRequest } from '@sluice/core/source';
import type { Projects } from '@sluice/langfuse-records';
import type { StreamLayout } from '../layout/stream-layout.js';
import { allOf, raw, sql, type Sql } from './sql.js';
import { between, inRange, type TimeRange } from './times.js';
import { fromStartOn, inProjects } from './window-part.js';

type Hours = Pick<DigestRequest, 'from' | 'until'>;

/** Per hour of creation: the hour, its rows, the first and the last of their event times; in milliseconds. */
export function hoursQuery(
  { table, happened, condition }: StreamLayout,
  projects: Projects,
  { from, until }: Hours,
): Sql {
  return sql`SELECT toUnixTimestamp64Milli(toDateTime64(toStartOfHour(created_at, 'UTC'), 3, 'UTC')) AS hour, count(),
  toUnixTimestamp64Milli(min(${raw(happened)})), toUnixTimestamp64Milli(max(${raw(happened)}))
FROM ${raw(table)}
WHERE ${allOf([between('created_at', from, until), condition.rows, inProjects(projects)])}
GROUP BY hour
ORDER BY hour`;
}

/**
 * Per hour of some hours: the hour, the number of records, and the sums modulo 2^64 of the first and the second eight bytes
 * of the SHA-256 of their keys.
 */
export function digestQuery(
  layout: StreamLayout,
  projects: Projects,
  { from, until, handover, eventFrom }: DigestRequest,
  range: { readonly rows: TimeRange; readonly records: TimeRange | undefined },
): Sql {
  const { table, id, happened, condition } = layout;
  const rows = allOf([
    inRange(happened, range.rows),
    between('created_at', from, until),
    condition.rows,
    inProjects(projects),
  ]);
  const keys = sql`(SELECT project_id, ${raw(id)} FROM ${raw(table)} WHERE ${rows})`;
  const records = allOf([
    raw('is_deleted = 0'),
    between('created_at', from, until),
    fromStartOn({ createdBefore: handover, ...(eventFrom === undefined ? {} : { eventFrom }) }, 'happened_at'),
    condition.records,
  ]);
  return sql`SELECT hour, count(), hex(sum(${eightBytes(1)})), hex(sum(${eightBytes(9)}))
FROM (
  SELECT toUnixTimestamp64Milli(toDateTime64(toStartOfHour(created_at, 'UTC'), 3, 'UTC')) AS hour, SHA256(concat(project_id, '/', id)) AS hash
  FROM (${layout.relation({ keys, range: range.records, columns: condition.columns })})
  WHERE ${records}
)
GROUP BY hour`;
}

function eightBytes(first: number): Sql {
  return raw(`reinterpretAsUInt64(reverse(substring(hash, ${first}, 8)))`);
}
