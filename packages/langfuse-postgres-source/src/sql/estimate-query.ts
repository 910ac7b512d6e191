import type { Window } from '@sluice/core/source';
import type { Projects } from '@sluice/langfuse-records';
import { allOf, NOTHING, raw, sql, type Sql, timestampText } from '@sluice/postgres';
import type { LangfuseStream } from '../streams.js';
import { between, inProjects, ofStream } from './record-conditions.js';

/** The number of records in a window on the axis `event`. */
export function countQuery(stream: LangfuseStream, window: Window, projects: Projects): Sql {
  return sql`SELECT count(*) ${recordsIn(stream, window, projects)}`;
}

/** The planner's estimate of the same. Reads no rows. */
export function estimateQuery(stream: LangfuseStream, window: Window, projects: Projects): Sql {
  return sql`EXPLAIN (FORMAT JSON) SELECT 1 ${recordsIn(stream, window, projects)}`;
}

function recordsIn(stream: LangfuseStream, { from, until, createdBefore }: Window, projects: Projects): Sql {
  const conditions = allOf([
    between(`r.${stream.eventTime}`, from, until),
    createdBefore === undefined ? NOTHING : sql`r.created_at < ${timestampText(createdBefore)}::timestamp`,
    ofStream(stream),
    inProjects('r', projects),
  ]);
  return sql`FROM ${raw(stream.table)} AS r WHERE ${conditions}`;
}
