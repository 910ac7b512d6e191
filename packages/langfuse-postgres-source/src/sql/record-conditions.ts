import type { Instant } from '@sluice/core/adapter';
import type { Projects } from '@sluice/langfuse-records';
import { allOf, LATEST_MS, NOTHING, raw, sql, type Sql, timestampText } from '@sluice/postgres';
import type { LangfuseStream } from '../streams.js';

/** A position in an order by time and id. The time has the database's full precision. */
export interface KeysetPosition {
  readonly at: string;
  readonly id: string;
}

export function ofStream(stream: LangfuseStream): Sql {
  return raw(stream.condition);
}

export function inProjects(alias: 'r' | 'cause' | 'trace', projects: Projects): Sql {
  if (projects === 'all') return NOTHING;
  const [only] = projects;
  // Comparing one project with `=` keeps the order of an index that starts with the project.
  if (projects.length === 1 && only !== undefined) return sql`${raw(alias)}.project_id = ${only}`;
  return sql`${raw(alias)}.project_id = ANY(${projects}::text[])`;
}

/** `[from, until)` of a column; after the last date of JavaScript, all that is left, infinity included. */
export function between(column: string, from: number, until: number): Sql {
  if (until > LATEST_MS) return sql`${raw(column)} >= ${timestampText(from)}::timestamp`;
  return sql`${raw(column)} >= ${timestampText(from)}::timestamp AND ${raw(column)} < ${timestampText(until)}::timestamp`;
}

/** Records created before the handover count only if their event time is not before the start of the pipeline. */
export function fromStartOn(
  stream: LangfuseStream,
  {
    createdBefore,
    eventFrom,
  }: { readonly createdBefore?: Instant | undefined; readonly eventFrom?: Instant | undefined },
): Sql {
  if (createdBefore === undefined || eventFrom === undefined) return NOTHING;
  return sql`(r.created_at >= ${timestampText(createdBefore)}::timestamp
    OR r.${raw(stream.eventTime)} >= ${timestampText(eventFrom)}::timestamp)`;
}

/** Not after a position in an order. The plain comparison of times is for the planner, as in `after`. */
export function upTo(column: string, id: string, position: KeysetPosition | undefined): Sql {
  if (position === undefined) return NOTHING;
  return sql`${raw(column)} <= ${position.at}::timestamp
    AND (${raw(column)}, ${raw(id)}) <= (${position.at}::timestamp, ${position.id})`;
}

/** The last of the next `rows` rows of a table in an order by time and id, whatever the rows are; none at the end. */
export function sliceEnd(
  alias: 'r' | 'cause',
  table: string,
  time: string,
  conditions: readonly Sql[],
  rows: number,
): Sql {
  const [at, id] = [raw(`${alias}.${time}`), raw(`${alias}.id`)];
  return sql`SELECT ${at}::text, ${id} FROM ${raw(table)} AS ${raw(alias)} WHERE ${allOf(conditions)}
ORDER BY ${at}, ${id} OFFSET ${rows - 1} LIMIT 1`;
}

/**
 * After a position in an order. The plain comparison of times adds no condition; it lets every planner start its index
 * scan there.
 */
export function after(column: string, id: string, position: KeysetPosition | undefined, isIncluded = false): Sql {
  if (position === undefined) return NOTHING;
  const comparison = raw(isIncluded ? '>=' : '>');
  return sql`${raw(column)} >= ${position.at}::timestamp
    AND (${raw(column)}, ${raw(id)}) ${comparison} (${position.at}::timestamp, ${position.id})`;
}
