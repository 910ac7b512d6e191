import type { Table } from './table.js';

/** When a row was first written, when it was merged, and which version of it this is. */
const VERSION_COLUMNS = {
  'DateTime64(3) DEFAULT now()': 'created_at updated_at',
  UInt8: 'is_deleted',
};

/** The tables of Langfuse v3.0.0, which no longer has any of them in Postgres. */
export const FIRST_TABLES: readonly [traces: Table, observations: Table, scores: Table] = [
  {
    name: 'traces',
    columns: {
      String: 'id project_id name',
      'Nullable(String)': 'user_id session_id release version',
      'Nullable(String) CODEC(ZSTD(3))': 'input output',
      'Map(LowCardinality(String), String)': 'metadata',
      'Array(String)': 'tags',
      Bool: 'public bookmarked',
      'DateTime64(3)': 'timestamp event_ts',
      ...VERSION_COLUMNS,
    },
    indexes: {
      idx_id: 'id TYPE bloom_filter(0.001)',
      idx_res_metadata_key: 'mapKeys(metadata) TYPE bloom_filter(0.01)',
      idx_res_metadata_value: 'mapValues(metadata) TYPE bloom_filter(0.01)',
    },
    time: 'timestamp',
    primaryKey: ['project_id', 'toDate(timestamp)'],
    sortedBy: ['id'],
  },
  {
    name: 'observations',
    columns: {
      String: 'id project_id trace_id name',
      'LowCardinality(String)': 'type level',
      'Nullable(String)':
        'parent_observation_id status_message version provided_model_name internal_model_id model_parameters prompt_id prompt_name',
      'Nullable(UInt16)': 'prompt_version',
      'Nullable(String) CODEC(ZSTD(3))': 'input output',
      'Map(LowCardinality(String), String)': 'metadata',
      'Map(LowCardinality(String), UInt64)': 'provided_usage_details usage_details',
      'Map(LowCardinality(String), Decimal64(12))': 'provided_cost_details cost_details',
      'Nullable(Decimal64(12))': 'total_cost',
      'Nullable(DateTime64(3))': 'end_time completion_start_time',
      'DateTime64(3)': 'start_time event_ts',
      ...VERSION_COLUMNS,
    },
    indexes: {
      idx_id: 'id TYPE bloom_filter()',
      idx_trace_id: 'trace_id TYPE bloom_filter()',
      idx_project_id: 'project_id TYPE bloom_filter()',
    },
    time: 'start_time',
    primaryKey: ['project_id', 'type', 'toDate(start_time)'],
    sortedBy: ['id'],
  },
  {
    name: 'scores',
    columns: {
      String: 'id project_id trace_id name source data_type',
      'Nullable(String)': 'observation_id author_user_id config_id string_value queue_id',
      'Nullable(String) CODEC(ZSTD(1))': 'comment',
      Float64: 'value',
      'DateTime64(3)': 'timestamp event_ts',
      ...VERSION_COLUMNS,
    },
    indexes: {
      idx_id: 'id TYPE bloom_filter(0.001)',
      idx_project_trace_observation: '(project_id, trace_id, observation_id) TYPE bloom_filter(0.001)',
    },
    time: 'timestamp',
    primaryKey: ['project_id', 'toDate(timestamp)', 'name'],
    sortedBy: ['id'],
  },
];

/** What the migrations up to Langfuse v3.225 added, as actions of ALTER TABLE. */
export const LATER_CHANGES: Readonly<Record<string, readonly string[]>> = {
  traces: [
    "ADD COLUMN environment LowCardinality(String) DEFAULT 'default'",
    'ADD INDEX idx_created_at created_at TYPE minmax',
  ],
  observations: [
    "ADD COLUMN environment LowCardinality(String) DEFAULT 'default'",
    'ADD COLUMN usage_pricing_tier_id Nullable(String)',
    'ADD COLUMN usage_pricing_tier_name Nullable(String)',
    'ADD COLUMN tool_definitions Map(String, String)',
    'ADD COLUMN tool_calls Array(String)',
    'ADD COLUMN tool_call_names Array(String)',
    'ADD INDEX idx_created_at created_at TYPE minmax',
  ],
  scores: [
    "ADD COLUMN environment LowCardinality(String) DEFAULT 'default'",
    'ADD COLUMN metadata Map(LowCardinality(String), String)',
    'ADD COLUMN session_id Nullable(String)',
    'ADD COLUMN dataset_run_id Nullable(String)',
    'ADD COLUMN execution_trace_id Nullable(String)',
    'ADD COLUMN long_string_value String CODEC(ZSTD(3))',
    'DROP INDEX idx_project_trace_observation',
    'MODIFY COLUMN trace_id Nullable(String)',
    'ADD INDEX idx_project_trace_observation (project_id, trace_id, observation_id) TYPE bloom_filter(0.001)',
    'ADD INDEX idx_project_session (project_id, session_id) TYPE bloom_filter(0.001)',
    'ADD INDEX idx_created_at created_at TYPE minmax',
  ],
};
