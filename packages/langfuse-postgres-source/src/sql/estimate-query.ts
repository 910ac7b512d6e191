import type { Window } from '@sluice/core/source';
import { z } from 'zod';
import type { LangfuseStream } from '../streams.js';
import { between, inProjects, ofStream, type Projects } from './record-conditions.js';
import { allOf, NOTHING, raw, sql, type Sql } from './sql.js';
import { timestampText } from './timestamp-text.js';

/** The planner's estimate of the records in a window on the axis `event`. Reads no rows. */
export function estimateQuery(stream: LangfuseStream, { from, until, createdBefore }: Window, projects: Projects): Sql {
  const conditions = allOf([
    between(`r.${stream.eventTime}`, from, until),
    createdBefore === undefined ? NOTHING : sql`r.created_at < ${timestampText(createdBefore)}::timestamp`,
    ofStream(stream),
    inProjects('r', projects),
  ]);
  return sql`EXPLAIN (FORMAT JSON) SELECT 1 FROM ${raw(stream.table)} AS r WHERE ${conditions}`;
}

const EXPLAINED = z.tuple([z.object({ Plan: z.object({ 'Plan Rows': z.number() }) })]);

/** The number of rows in the answer to `estimateQuery`. */
export function plannedRows(text: string): number {
  return EXPLAINED.parse(JSON.parse(text))[0].Plan['Plan Rows'];
}
