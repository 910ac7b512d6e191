import type { Instant } from '@sluice/core/adapter';
import type { Axis, Window } from '@sluice/core/source';
import type { Projects } from '@sluice/langfuse-records';
import type { StreamLayout } from '../layout/stream-layout.js';
import { allOf, NOTHING, raw, sql, type Sql } from './sql.js';
import { before, between } from './times.js';
import { inProjects } from './window-part.js';

export interface NextQuery {
  readonly layout: StreamLayout;
  readonly projects: Projects;
  readonly axis: Axis;
  readonly from: Instant;
  /** Where to stop looking. */
  readonly until: Instant;
  readonly createdBefore: Instant | undefined;
}

/** The time of the first row at or after `from`, in milliseconds; null if there is none. */
export function nextQuery({ layout, projects, axis, from, until, createdBefore }: NextQuery): Sql {
  const { table, happened, condition } = layout;
  const time = axis === 'event' ? happened : 'created_at';
  const conditions = allOf([
    raw('is_deleted = 0'),
    between(time, from, until),
    createdBefore === undefined ? NOTHING : before('created_at', createdBefore),
    condition.rows,
    inProjects(projects),
  ]);
  return sql`SELECT if(count() = 0, NULL, toUnixTimestamp64Milli(min(${raw(time)}))) FROM ${raw(table)} WHERE ${conditions}`;
}

/** The number of rows in a window on the axis `event`: versions count as well. One column is read, or two. */
export function countQuery(
  { table, happened, condition }: StreamLayout,
  { from, until, createdBefore }: Window,
  projects: Projects,
): Sql {
  const conditions = allOf([
    between(happened, from, until),
    createdBefore === undefined ? NOTHING : before('created_at', createdBefore),
    condition.rows,
    inProjects(projects),
  ]);
  return sql`SELECT count() FROM ${raw(table)} WHERE ${conditions}`;
}

/** The creation time of the newest row of a table, in milliseconds, among those of some days; null if there are none. */
export function newestQuery(table: string, time: string, days: number | undefined): Sql {
  const recent = days === undefined ? raw('1') : sql`${raw(time)} >= now() - INTERVAL ${days} DAY`;
  return sql`SELECT if(count() = 0, NULL, toUnixTimestamp64Milli(max(created_at))) FROM ${raw(table)} WHERE ${recent}`;
}
