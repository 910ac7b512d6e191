import type { Window } from '@sluice/core/source';
import type { Projects } from '@sluice/langfuse-records';
import { allOf, NOTHING, raw, sql, type Sql, timestampText } from '@sluice/postgres';
import {
  after,
  between,
  fromStartOn,
  inProjects,
  ofStream,
  sliceEnd,
  upTo,
  type KeysetPosition,
} from './record-conditions.js';
import type { PageQuery } from './record-page-query.js';
import { recordColumns, type RecordStatement } from './record-columns.js';
import { columnsOf, fieldsOfPage } from './selection.js';

/** A position among the derived records: a cause, and the record below it unless the cause is done. */
export interface DerivedPosition extends KeysetPosition {
  readonly record?: string | undefined;
}

export interface CauseQuery {
  /** A trace derives values from its observations; generations and scores derive them from their trace. */
  readonly table: 'observations' | 'traces';
  readonly window: Window;
  readonly projects: Projects;
  readonly limit: number;
}

/** The next rows that were created in the window or changed since its start: (time, id, trace id, project id). */
export function causePageQuery(
  { table, window, projects, limit }: CauseQuery,
  position?: DerivedPosition,
  end?: KeysetPosition,
): Sql {
  const { from } = window;
  const conditions = allOf([
    causeRange(window),
    sql`(cause.created_at >= ${timestampText(from)}::timestamp OR cause.updated_at >= ${timestampText(from)}::timestamp)`,
    afterCause(position),
    upTo('cause.created_at', 'cause.id', end),
    inProjects('cause', projects),
  ]);
  return sql`
SELECT cause.created_at::text, cause.id, ${raw(table === 'traces' ? 'cause.id' : 'cause.trace_id')}, cause.project_id
FROM ${raw(table)} AS cause
WHERE ${conditions}
ORDER BY cause.created_at, cause.id
LIMIT ${limit}`;
}

/** The end of the next `rows` rows of the causes' table, causes or not: (time, id). */
export function causeSliceQuery(
  { table, window }: Pick<CauseQuery, 'table' | 'window'>,
  position: DerivedPosition | undefined,
  rows: number,
): Sql {
  return sliceEnd('cause', table, 'created_at', [causeRange(window), afterCause(position)], rows);
}

function causeRange({ from, until, revisitMs }: Window): Sql {
  return between('cause.created_at', from - revisitMs, until);
}

function afterCause(position: DerivedPosition | undefined): Sql {
  return after('cause.created_at', 'cause.id', position, position?.record !== undefined);
}

/** A trace as its observations name it. The same id in another project is another trace. */
export interface TraceReference {
  readonly id: string;
  readonly projectId: string;
}

/** The given traces that are older than the window, in any order. The further column is their project. */
export function derivedTracesQuery(query: PageQuery, traces: readonly TraceReference[]): RecordStatement {
  const { stream, window, selection } = query;
  const conditions = allOf([sql`r.created_at < ${timestampText(window.from)}::timestamp`, fromStartOn(stream, window)]);
  const ids = traces.map((trace) => trace.id);
  const projectIds = traces.map((trace) => trace.projectId);
  const page = sql`
  SELECT ${raw(columnsOf(selection, 'project_id'))}
  FROM unnest(${ids}::text[], ${projectIds}::text[]) AS wanted (id, project_id)
  JOIN traces AS r ON r.id = wanted.id AND r.project_id = wanted.project_id
  WHERE ${conditions}`;
  const columns = recordColumns(selection, ['r.project_id']);
  const statement = sql`SELECT ${columns.list}
FROM (${page}) AS r
${selection.joins}`;
  return { ...statement, columns };
}

/**
 * The next records of the given traces that are older than the window, in the order of the traces and of their ids. The
 * further columns are the time and the id of the trace.
 */
export function derivedChildrenQuery(
  query: PageQuery,
  traceIds: readonly string[],
  position: DerivedPosition | undefined,
): RecordStatement {
  const { stream, projects, window, selection, limit } = query;
  const conditions = allOf([
    raw('r.trace_id = cause.id AND r.project_id = cause.project_id'),
    between('r.created_at', window.from - window.revisitMs, window.from),
    ofStream(stream),
    fromStartOn(stream, window),
    inProjects('r', projects),
  ]);
  const afterPosition =
    position?.record === undefined
      ? NOTHING
      : sql`WHERE (cause.created_at, cause.id, r.id) > (${position.at}::timestamp, ${position.id}, ${position.record})`;
  // OFFSET 0 makes the planner look up both traces and records, whatever it estimates, instead of scanning them in order.
  const page = sql`
  SELECT r.*, cause.created_at AS cause_time, cause.id AS cause_id
  FROM unnest(${traceIds}::text[]) AS wanted (id)
  CROSS JOIN LATERAL (
    SELECT cause.id, cause.project_id, cause.created_at FROM traces AS cause WHERE cause.id = wanted.id OFFSET 0
  ) AS cause
  CROSS JOIN LATERAL (
    SELECT ${raw(columnsOf(selection))} FROM ${raw(stream.table)} AS r WHERE ${conditions} OFFSET 0
  ) AS r
  ${afterPosition}
  ORDER BY cause.created_at, cause.id, r.id
  LIMIT ${limit}`;
  return fieldsOfPage(selection, page, ['r.cause_time', 'r.cause_id']);
}
