import type { Window } from '@sluice/core';
import type { LangfuseStream } from '../streams.js';
import { between, inProjects, ofStream, type Projects } from './record-conditions.js';
import { allOf, NOTHING, raw, sql, type Sql } from './sql.js';
import { timestampText } from './timestamp-text.js';

/** The planner's word on how many records a window on the axis `event` holds. Reads no row. */
export function estimateQuery(stream: LangfuseStream, { from, until, createdBefore }: Window, projects: Projects): Sql {
  const conditions = allOf([
    between(`r.${stream.eventTime}`, from, until),
    createdBefore === undefined ? NOTHING : sql`r.created_at < ${timestampText(createdBefore)}::timestamp`,
    ofStream(stream),
    inProjects('r', projects),
  ]);
  return sql`EXPLAIN (FORMAT JSON) SELECT 1 FROM ${raw(stream.table)} AS r WHERE ${conditions}`;
}
