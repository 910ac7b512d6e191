import { GENERATION_FIELDS, OBSERVATION_FIELDS } from '../fields/observation-fields.js';
import { SCORE_FIELDS } from '../fields/score-fields.js';
import { TRACE_FIELDS } from '../fields/trace-fields.js';
import { NOTHING, raw, sql, type Sql } from '../sql/sql.js';
import { DAY_MS } from '../sql/times.js';
import { joinedTraces } from './joined-traces.js';
import { newestRows } from './newest-rows.js';
import { legacyRelation, scoresLayout, VERSIONS } from './scores-layout.js';
import { fieldsOf, schemaOf } from './stream-fields.js';
import type { Cause, RelationRequest, StreamLayout, TableColumns } from './stream-layout.js';

/** The traces of observations and scores, and the observations of traces. */
const BY_TRACE: Cause = { table: 'traces', happened: 'timestamp', key: 'id', recordKey: 'trace_id', isRecord: false };
const BY_OBSERVATION: Cause = {
  table: 'observations',
  happened: 'start_time',
  key: 'trace_id',
  recordKey: 'id',
  isRecord: true,
};

const TRACES = { table: 'traces', id: 'id', ageMs: 31 * DAY_MS };
const ANY = { rows: NOTHING, records: NOTHING, columns: [] };
const GENERATIONS = { rows: raw(`type = 'GENERATION'`), records: raw(`type = 'GENERATION'`), columns: ['type'] };

/** The tables of v3, which v4 writes to as well unless it writes events only. */
export function legacyLayout(columns: TableColumns): readonly StreamLayout[] {
  const common = { isGroup: false, reach: VERSIONS, traces: TRACES };
  const ofTrace = (_join: unknown, request: RelationRequest): Sql => legacyTraces(request);
  const observations = {
    ...common,
    table: 'observations',
    id: 'id',
    happened: 'start_time',
    cause: BY_TRACE,
    relation: (request: RelationRequest) =>
      legacyRelation({ table: 'observations', happened: 'start_time' }, columns, request),
    joined: ofTrace,
  };
  return [
    {
      ...common,
      name: 'trace',
      schema: schemaOf('trace'),
      fields: fieldsOf('trace', TRACE_FIELDS),
      table: 'traces',
      id: 'id',
      happened: 'timestamp',
      condition: ANY,
      cause: BY_OBSERVATION,
      relation: (request) => legacyRelation({ table: 'traces', happened: 'timestamp' }, columns, request),
      joined: (_join, request) => totals(request),
    },
    {
      ...observations,
      name: 'generation',
      schema: schemaOf('generation'),
      fields: fieldsOf('generation', GENERATION_FIELDS),
      condition: GENERATIONS,
    },
    {
      ...observations,
      name: 'observation',
      schema: schemaOf('observation'),
      fields: fieldsOf('observation', OBSERVATION_FIELDS),
      condition: ANY,
    },
    {
      ...scoresLayout(columns),
      fields: fieldsOf('score', SCORE_FIELDS),
      cause: BY_TRACE,
      traces: TRACES,
      joined: ofTrace,
    },
  ];
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
function totals({ keys, range }: RelationRequest): Sql {
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
