import { GENERATION_FIELDS, OBSERVATION_FIELDS } from '../fields/observation-fields.js';
import { SCORE_FIELDS } from '../fields/score-fields.js';
import { TRACE_FIELDS } from '../fields/trace-fields.js';
import { NOTHING, raw, sql, type Sql } from '../sql/sql.js';
import { DAY_MS } from '../sql/times.js';
import { newestRows, selected } from './newest-rows.js';
import { scoreCondition } from './score-condition.js';
import { fieldsOf, schemaOf } from './stream-fields.js';
import type { Cause, RelationRequest, StreamLayout, TableColumns } from './stream-layout.js';
import { joinedTraces } from './joined-traces.js';

/** A row and its versions are of the same time, unless somebody corrected it. */
const VERSIONS = { beforeMs: 2 * DAY_MS, afterMs: 2 * DAY_MS };

/** The traces of observations and scores, and the observations of traces. */
const BY_TRACE: Cause = { table: 'traces', happened: 'timestamp', key: 'id', recordKey: 'trace_id' };
const BY_OBSERVATION: Cause = { table: 'observations', happened: 'start_time', key: 'trace_id', recordKey: 'id' };

/** The tables of v3, which v4 writes to as well unless it writes events only. */
export function legacyLayout(columns: TableColumns): readonly StreamLayout[] {
  const generations = { rows: raw(`type = 'GENERATION'`), records: raw(`type = 'GENERATION'`), columns: ['type'] };
  const none = { rows: NOTHING, records: NOTHING, columns: [] };
  const common = { isGroup: false, reach: VERSIONS, traces: { table: 'traces', id: 'id' } };
  const observations = { table: 'observations', id: 'id', happened: 'start_time', cause: BY_TRACE, ...common };
  const layouts = [
    {
      name: 'trace',
      fields: TRACE_FIELDS,
      table: 'traces',
      id: 'id',
      happened: 'timestamp',
      condition: none,
      cause: BY_OBSERVATION,
      ...common,
    },
    { name: 'generation', fields: GENERATION_FIELDS, condition: generations, ...observations },
    { name: 'observation', fields: OBSERVATION_FIELDS, condition: none, ...observations },
    {
      name: 'score',
      fields: SCORE_FIELDS,
      table: 'scores',
      id: 'id',
      happened: 'timestamp',
      condition: scoreCondition,
      cause: BY_TRACE,
      ...common,
    },
  ] as const;
  return layouts.map((layout) => ({
    ...layout,
    schema: schemaOf(layout.name),
    fields: fieldsOf(layout.name, layout.fields),
    relation: (request) => relation(layout, columns, request),
    joined: (join, request) => (join === 'trace' ? legacyTraces(request) : totals(request)),
  }));
}

function relation(
  { table, happened }: Pick<StreamLayout, 'table' | 'happened'>,
  known: TableColumns,
  { keys, range, columns }: RelationRequest,
): Sql {
  const always = ['project_id', 'id', 'created_at', 'event_ts', 'is_deleted', `${happened} AS happened_at`];
  const where = sql`(project_id, id) IN ${keys}`;
  return newestRows({
    table,
    id: 'id',
    happened,
    columns: [...always, ...selected(columns, known.get(table))],
    where,
    range,
  });
}

function legacyTraces({ keys, range, columns }: RelationRequest): Sql {
  const rows = newestRows({
    table: 'traces',
    id: 'id',
    happened: 'timestamp',
    columns: ['project_id', 'id', 'is_deleted', ...columns],
    where: sql`(project_id, id) IN ${keys}`,
    range,
  });
  return joinedTraces(rows, columns);
}

/** Sums over all observations of traces, of any type. */
function totals({ keys, range }: Pick<RelationRequest, 'keys' | 'range'>): Sql {
  const rows = newestRows({
    table: 'observations',
    id: 'id',
    happened: 'start_time',
    columns: ['project_id', 'trace_id', 'is_deleted', 'start_time', 'end_time', 'total_cost'],
    where: sql`(project_id, trace_id) IN ${keys}`,
    range,
  });
  return sql`SELECT project_id AS x_project, trace_id AS x_trace, 1 AS x_found, count() AS x_count, sum(total_cost) AS x_total_cost,
  (toUnixTimestamp64Milli(max(ifNull(end_time, start_time))) - toUnixTimestamp64Milli(min(start_time))) / 1000 AS x_latency
FROM (${rows})
WHERE is_deleted = 0
GROUP BY project_id, trace_id`;
}
