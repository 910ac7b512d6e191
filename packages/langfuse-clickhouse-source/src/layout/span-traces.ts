import type { Content } from '@sluice/langfuse-records';
import { raw, sql, type Sql } from '../sql/sql.js';
import { newestRows } from './newest-rows.js';
import type { RelationRequest } from './stream-layout.js';

/** The spans with inputs, outputs and metadata of at most 200 characters, or in full. */
export type SpanTable = 'events_core' | 'events_full';

/** The table that spans are read from. Most queries of Langfuse use the first, which is smaller. */
export function spanTableFor(content: Content): SpanTable {
  return content === 'include' ? 'events_full' : 'events_core';
}

/** The span that represents a trace, where Langfuse writes spans from the tables of v3. */
const OWN_SPAN = `span_id = concat('t-', trace_id)`;
const ROOT = `(parent_span_id = '' OR is_app_root)`;

/** The first root span, or one of the same time, by what it has. */
function ofRoot(value: string): string {
  return `argMaxIf(tuple(${value}), tuple(${OWN_SPAN}, -toUnixTimestamp64Micro(start_time), span_id), ${ROOT}).1`;
}

function latest(column: string, condition = `${column} != ''`): string {
  return `argMaxIf(${column}, tuple(event_ts, span_id), ${condition})`;
}

/** A user that is more than white space, as JavaScript has it: `trimBoth` removes spaces alone. */
const VISIBLE_USER = String.raw`match(user_id, '[^\\s\\x0B\\pZ\\x{FEFF}]')`;

/** What a column of a trace is, as Langfuse's own pages have it (`traces` from spans in v4), and what it reads. */
const COLUMNS: Readonly<Record<string, readonly [expression: string, ...columns: readonly string[]]>> = {
  timestamp: [timestampOf(), 'parent_span_id', 'is_app_root'],
  name: [
    `if(${latest('trace_name')} != '', ${latest('trace_name')}, ${ofRoot('name')})`,
    'trace_name',
    'name',
    'parent_span_id',
    'is_app_root',
  ],
  user_id: [latest('user_id', VISIBLE_USER), 'user_id'],
  session_id: [latest('session_id'), 'session_id'],
  release: [latest('release'), 'release'],
  version: [latest('version'), 'version'],
  environment: [latest('environment'), 'environment'],
  tags: [latest('tags', 'notEmpty(tags)'), 'tags'],
  metadata: [
    ofRoot(
      'mapFromArrays(arrayDistinct(metadata_names), arrayMap(k -> arrayReverse(metadata_values)[indexOf(arrayReverse(metadata_names), k)], arrayDistinct(metadata_names)))',
    ),
    'metadata_names',
    'metadata_values',
    'parent_span_id',
    'is_app_root',
  ],
  public: ['max(public)', 'public'],
  bookmarked: [ofRoot('bookmarked'), 'bookmarked', 'parent_span_id', 'is_app_root'],
  updated_at: ['max(updated_at)', 'updated_at'],
  input: [ofRoot('input'), 'input', 'parent_span_id', 'is_app_root'],
  output: [ofRoot('output'), 'output', 'parent_span_id', 'is_app_root'],
  total_cost: [`sumIf(cost_details['total'], NOT ${OWN_SPAN})`, 'cost_details'],
  observation_count: [`countIf(NOT ${OWN_SPAN})`],
  latency: [
    `if(countIf(NOT ${OWN_SPAN}) > 0, (toUnixTimestamp64Milli(maxIf(ifNull(end_time, start_time), NOT ${OWN_SPAN})) - toUnixTimestamp64Milli(minIf(start_time, NOT ${OWN_SPAN}))) / 1000, NULL)`,
    'end_time',
  ],
};

/**
 * When a trace started: as in the tables of v3 if it was there, else when its root did, else its first span. The
 * timestamp of an event must not change with an upgrade.
 */
function timestampOf(): string {
  return `multiIf(countIf(${OWN_SPAN}) > 0, minIf(start_time, ${OWN_SPAN}), countIf(${ROOT}) > 0, minIf(start_time, ${ROOT}), min(start_time))`;
}

/** Traces, each of the newest versions of its spans. */
export function spanTraces(table: SpanTable, { keys, range, columns }: RelationRequest): Sql {
  const named = columns.filter((name) => name !== 'id');
  const wanted = [...new Set(['timestamp', ...named])].map((name) => {
    const [expression = 'NULL', ...reads] = COLUMNS[name] ?? [];
    return { name, expression, reads };
  });
  const always = ['project_id', 'trace_id', 'span_id', 'start_time', 'created_at', 'event_ts', 'is_deleted'];
  const rows = newestRows({
    table,
    id: 'span_id',
    happened: 'start_time',
    columns: [...always, ...wanted.flatMap(({ reads }) => reads)],
    where: sql`(project_id, trace_id) IN ${keys}`,
    range,
  });
  const groups = wanted.map(({ name, expression }) => `${expression} AS g_${name}`).join(',\n  ');
  const renamed = named.map((name) => `, g_${name} AS ${name}`).join('');
  return sql`SELECT project_id, trace_id AS id, g_created AS created_at, g_timestamp AS happened_at, g_event AS event_ts,
  0 AS is_deleted${raw(renamed)}
FROM (
  SELECT project_id, trace_id, min(created_at) AS g_created, max(event_ts) AS g_event, ${raw(groups)}
  FROM (${rows})
  WHERE is_deleted = 0
  GROUP BY project_id, trace_id
)`;
}
