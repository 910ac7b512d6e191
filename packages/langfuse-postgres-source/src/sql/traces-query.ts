import type { Projects } from '@sluice/langfuse-records';
import { allOf, joined, raw, sql, type Sql } from '@sluice/postgres';
import type { RecordStatement } from './record-columns.js';
import { inProjects } from './record-conditions.js';
import type { TraceSelection } from './selection.js';

/** The traces with these ids. The further columns are the id and the project. */
export function tracesByIdQuery(selection: TraceSelection, ids: readonly string[]): RecordStatement {
  return tracesQuery(selection, sql`trace.id = ANY(${ids}::text[])`);
}

interface TimeQuery {
  readonly projects: Projects;
  readonly after: string;
  readonly upTo: string;
  readonly limit: number;
}

/** The first traces that happened after a time, not after another one. */
export function tracesByTimeQuery(
  selection: TraceSelection,
  { projects, after, upTo, limit }: TimeQuery,
): RecordStatement {
  const times = sql`trace."timestamp" > ${after}::timestamp AND trace."timestamp" <= ${upTo}::timestamp`;
  const which = sql`${allOf([times, inProjects('trace', projects)])} ORDER BY trace."timestamp" LIMIT ${limit}`;
  return tracesQuery(selection, which);
}

function tracesQuery({ fields, values }: TraceSelection, which: Sql): RecordStatement {
  const list = joined([...values, raw('trace.id'), raw('trace.project_id')], ', ');
  const [key, project, count] = [values.length, values.length + 1, values.length + 2];
  const blankIsNull = [...fields.keys()].filter((index) => fields[index]?.blankIsNull);
  const columns = { list, count, key, createdAt: key, others: [key, project], blankIsNull };
  return { ...sql`SELECT ${list} FROM traces AS trace WHERE ${which}`, columns };
}
