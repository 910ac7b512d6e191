import type { Instant } from '@sluice/core/adapter';
import type { Axis } from '@sluice/core/source';
import type { Projects } from '@sluice/langfuse-records';
import { allOf, boundedMs, EARLIEST_MS, epochMs, NOTHING, raw, type Sql, sql, timestampText } from '@sluice/postgres';
import type { LangfuseStream } from '../streams.js';
import { inProjects, ofStream } from './record-conditions.js';

export interface NextQuery {
  readonly stream: LangfuseStream;
  readonly projects: Projects;
  readonly axis: Axis;
  readonly from: Instant;
  readonly createdBefore?: Instant | undefined;
  /** Whether any row of the table will do, not only records: then the answer may be too early, but takes no time. */
  readonly isRough?: boolean;
}

/**
 * The time of the first record at or after `from`: one probe of the index by which pages are read. Infinite event times
 * have an answer too, which begins a window that holds them; nothing is ever found before the beginning of creation.
 */
export function nextQuery({ stream, projects, axis, from, createdBefore, isRough = false }: NextQuery): Sql {
  const time = `r.${axis === 'event' ? stream.eventTime : 'created_at'}`;
  const earliest = axis === 'event' ? from : Math.max(from, EARLIEST_MS);
  const conditions = allOf([
    sql`${raw(time)} >= ${timestampText(earliest)}::timestamp`,
    ...(isRough ? [] : [createdBeforeText(createdBefore), ofStream(stream), inProjects('r', projects)]),
  ]);
  return sql`SELECT ${raw(boundedMs(time))} FROM ${raw(stream.table)} AS r WHERE ${conditions} ORDER BY ${raw(time)} LIMIT 1`;
}

function createdBeforeText(createdBefore: Instant | undefined): Sql {
  return createdBefore === undefined ? NOTHING : sql`r.created_at < ${timestampText(createdBefore)}::timestamp`;
}

/** The creation time of the newest row of any project: one index probe per table. */
export function newestQuery(): Sql {
  const newest = ['traces', 'observations', 'scores'].map((table) => `(SELECT max(created_at) FROM ${table})`);
  return sql`SELECT ${raw(epochMs('newest.at'))} FROM (SELECT GREATEST(${raw(newest.join(', '))}) AS at) AS newest`;
}
