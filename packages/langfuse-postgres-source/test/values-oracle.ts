import type { FieldValue } from '@sluice/core/source';
import type { Client } from 'pg';

/**
 * What each field of a stream must be, by SQL of its own: no join of the source, no conversion of the driver. Every
 * value is built as JSON, numbers by the shortest text that gives the same double.
 */
export interface Oracle {
  readonly from: string;
  readonly fields: Readonly<Record<string, string>>;
}

const ms = (column: string): string => `(extract(epoch FROM ${column} AT TIME ZONE 'UTC') * 1000)::bigint`;
const number = (expression: string): string =>
  `CASE WHEN (${expression})::float8 NOT IN ('NaN', 'Infinity', '-Infinity') THEN (${expression})::float8 END`;
const user = (column: string): string =>
  `CASE WHEN btrim(${column}, E' \\t\\n\\r\\f\\v\\u00a0\\u2028\\u2029\\ufeff') <> '' THEN ${column} END`;
const tags = (column: string): string => `to_json(COALESCE(${column}, ARRAY[]::text[]))`;

function traceFields(alias: string): Record<string, string> {
  return {
    'trace.id': `${alias}.id`,
    'trace.name': `${alias}.name`,
    'trace.user_id': user(`${alias}.user_id`),
    'trace.session_id': `${alias}.session_id`,
    'trace.release': `${alias}.release`,
    'trace.version': `${alias}.version`,
    'trace.tags': `CASE WHEN ${alias}.id IS NULL THEN NULL ELSE ${tags(`${alias}.tags`)} END`,
    'trace.metadata': `${alias}.metadata`,
    'trace.timestamp': ms(`${alias}."timestamp"`),
  };
}

function named(alias: string, names: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, `${alias}.${name}`]));
}

function timed(alias: string, names: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, ms(`${alias}."${name}"`)]));
}

const ALL_OF_TRACE = 'FROM observations_view v WHERE v.trace_id = t.id AND v.project_id = t.project_id';

export const TRACE_ORACLE: Oracle = {
  from: 'traces t JOIN projects p ON p.id = t.project_id',
  fields: {
    ...named('t', 'id project_id name session_id release version metadata public bookmarked'),
    ...timed('t', 'timestamp created_at updated_at'),
    ...traceFields('t'),
    project_name: 'p.name',
    user_id: user('t.user_id'),
    tags: tags('t.tags'),
    total_cost: `(SELECT COALESCE(sum(v.calculated_total_cost), 0)::float8 ${ALL_OF_TRACE})`,
    observation_count: `(SELECT count(*) ${ALL_OF_TRACE})`,
    latency: `(SELECT extract(epoch FROM COALESCE(max(v.end_time), max(v.start_time)) - min(v.start_time))::float8 ${ALL_OF_TRACE})`,
  },
};

export const OBSERVATION_ORACLE: Oracle = {
  from: `observations_view v
    JOIN projects p ON p.id = v.project_id
    LEFT JOIN traces t ON t.id = v.trace_id AND t.project_id = v.project_id`,
  fields: {
    ...named('v', 'id project_id trace_id parent_observation_id name model level status_message version metadata unit'),
    ...named('v', 'prompt_name prompt_version'),
    ...timed('v', 'start_time end_time completion_start_time created_at updated_at'),
    ...traceFields('t'),
    project_name: 'p.name',
    model_parameters: 'v."modelParameters"',
    input_units: 'v.prompt_tokens',
    output_units: 'v.completion_tokens',
    total_units: 'v.total_tokens',
    input_cost: number('v.calculated_input_cost'),
    output_cost: number('v.calculated_output_cost'),
    total_cost: number('v.calculated_total_cost'),
    latency: 'v.latency',
    time_to_first_token: 'v.time_to_first_token',
    type: 'v.type',
  },
};

const { type: _, ...GENERATION_FIELDS } = OBSERVATION_ORACLE.fields;

/** A generation is the same record as among all observations. */
export const GENERATION_ORACLE: Oracle = {
  from: `${OBSERVATION_ORACLE.from} WHERE v.type = 'GENERATION'`,
  fields: GENERATION_FIELDS,
};

export const SCORE_ORACLE: Oracle = {
  from: `scores s JOIN projects p ON p.id = s.project_id
    LEFT JOIN traces t ON t.id = s.trace_id AND t.project_id = s.project_id`,
  fields: {
    ...named('s', 'id project_id trace_id observation_id name string_value data_type source comment author_user_id'),
    ...named('s', 'config_id'),
    ...timed('s', 'timestamp created_at updated_at'),
    ...traceFields('t'),
    project_name: 'p.name',
    value: number('s.value'),
  },
};

/** Every field of every record of a stream, by its id. */
export async function oracleRows(client: Client, oracle: Oracle): Promise<Map<string, Record<string, FieldValue>>> {
  const columns = Object.entries(oracle.fields).map(([name, expression]) => `(${expression}) AS "${name}"`);
  const { rows } = await client.query<{ record: string }>(
    `SELECT row_to_json(record)::text AS record FROM (SELECT ${columns.join(', ')} FROM ${oracle.from}) AS record`,
  );
  const records = rows.map((row) => JSON.parse(row.record) as Record<string, FieldValue> & { readonly id: string });
  return new Map(records.map((record) => [record.id, record]));
}
