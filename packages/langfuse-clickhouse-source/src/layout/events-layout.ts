import { SCORE_FIELDS } from '../fields/score-fields.js';
import { SPAN_GENERATION_FIELDS, SPAN_OBSERVATION_FIELDS, SPAN_TRACE_FIELDS } from '../fields/span-fields.js';
import { raw, sql, type Sql } from '../sql/sql.js';
import { DAY_MS } from '../sql/times.js';
import { joinedTraces } from './joined-traces.js';
import { newestRows } from './newest-rows.js';
import { scoresLayout } from './scores-layout.js';
import { spanTraces, type SpanTable } from './span-traces.js';
import { fieldsOf, schemaOf } from './stream-fields.js';
import type { RelationRequest, StreamLayout, TableColumns } from './stream-layout.js';

const VERSIONS = { beforeMs: 2 * DAY_MS, afterMs: 2 * DAY_MS };
/** A trace may have spans long before those of a window. */
const GROUPS = { beforeMs: 31 * DAY_MS, afterMs: 2 * DAY_MS };

/** The span that represents a trace is not one of its observations. */
const OBSERVATIONS = {
  rows: raw(`span_id != concat('t-', trace_id)`),
  records: raw(`id != concat('t-', trace_id)`),
  columns: ['trace_id'],
};
/** A span that names no trace makes none. */
const TRACES = { rows: raw(`trace_id != ''`), records: raw(`id != ''`), columns: [] };
const GENERATIONS = { rows: raw(`type = 'GENERATION'`), records: raw(`type = 'GENERATION'`), columns: ['type'] };

/** The tables of v4: one row per span, and no traces. */
export function eventsLayout(columns: TableColumns, table: SpanTable): readonly StreamLayout[] {
  const cause = { table, happened: 'start_time', key: 'trace_id', recordKey: 'trace_id' };
  const traces = { table, id: 'trace_id', ageMs: 7 * DAY_MS };
  const spans = {
    table,
    id: 'span_id',
    happened: 'start_time',
    isGroup: false,
    cause: undefined,
    reach: VERSIONS,
    traces,
    relation: (request: RelationRequest) => spanRows(table, request),
    joined: (_join: unknown, request: RelationRequest) => joinedTraces(spanTraces(table, request), request.columns),
  };
  return [
    {
      ...spans,
      name: 'trace',
      schema: schemaOf('trace'),
      fields: fieldsOf('trace', SPAN_TRACE_FIELDS),
      id: 'trace_id',
      isGroup: true,
      condition: TRACES,
      cause: { ...cause, isRecord: true },
      reach: GROUPS,
      relation: (request) => spanTraces(table, request),
    },
    {
      ...spans,
      name: 'generation',
      schema: schemaOf('generation'),
      fields: fieldsOf('generation', SPAN_GENERATION_FIELDS),
      condition: GENERATIONS,
    },
    {
      ...spans,
      name: 'observation',
      schema: schemaOf('observation'),
      fields: fieldsOf('observation', SPAN_OBSERVATION_FIELDS),
      condition: OBSERVATIONS,
    },
    {
      ...scoresLayout(columns),
      fields: fieldsOf('score', SCORE_FIELDS),
      cause: { ...cause, isRecord: false },
      traces,
      joined: (_join, request) => joinedTraces(spanTraces(table, request), request.columns),
    },
  ];
}

function spanRows(table: SpanTable, { keys, range, columns }: RelationRequest): Sql {
  return newestRows({
    table,
    id: 'span_id',
    happened: 'start_time',
    columns: [
      'project_id',
      'span_id AS id',
      'created_at',
      'event_ts',
      'is_deleted',
      'start_time AS happened_at',
      ...columns,
    ],
    where: sql`(project_id, span_id) IN ${keys}`,
    range,
  });
}
