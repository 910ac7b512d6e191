import type { Table } from './table.js';

const COSTS = 'Map(LowCardinality(String), Decimal(18, 12))';

const SPANS: Omit<Table, 'name' | 'indexes'> = {
  columns: {
    String: [
      'project_id trace_id span_id parent_span_id name version release trace_name user_id session_id status_message',
      'prompt_id prompt_name model_id provided_model_name model_parameters',
      'experiment_id experiment_name experiment_description experiment_dataset_id experiment_item_id',
      'experiment_item_expected_output experiment_item_root_span_id',
      'service_name service_version scope_name scope_version telemetry_sdk_name telemetry_sdk_version',
      'blob_storage_file_path',
    ].join(' '),
    'LowCardinality(String)': 'type level source telemetry_sdk_language',
    "LowCardinality(String) DEFAULT 'default'": 'environment',
    'Nullable(String)': 'usage_pricing_tier_id usage_pricing_tier_name',
    'Nullable(UInt16)': 'prompt_version',
    'Array(String)': [
      'tags tool_calls tool_call_names metadata_names metadata_values experiment_metadata_names',
      'experiment_metadata_values experiment_item_metadata_names experiment_item_metadata_values',
    ].join(' '),
    'Map(String, String)': 'tool_definitions',
    'Map(LowCardinality(String), UInt64)': 'provided_usage_details usage_details',
    [COSTS]: 'provided_cost_details cost_details',
    'Bool DEFAULT false': 'is_app_root bookmarked public',
    UInt64: 'event_bytes',
    UInt8: 'is_deleted',
    'DateTime64(6)': 'start_time event_ts',
    'DateTime64(6) DEFAULT now()': 'created_at updated_at',
    'Nullable(DateTime64(6))': 'end_time completion_start_time experiment_item_version',
  },
  derived: [
    ...['input', 'output'].map((kind) => {
      const costs = `mapFilter(entry -> positionCaseInsensitive(entry.1, '${kind}') > 0, cost_details)`;
      return `calculated_${kind}_cost Decimal(18, 12) MATERIALIZED arraySum(mapValues(${costs}))`;
    }),
    "total_cost Decimal(18, 12) ALIAS cost_details['total']",
    'input_length UInt64 MATERIALIZED lengthUTF8(input)',
    'output_length UInt64 MATERIALIZED lengthUTF8(output)',
  ],
  time: 'start_time',
  primaryKey: ['project_id', 'toStartOfMinute(start_time)', 'xxHash32(trace_id)'],
  sortedBy: ['span_id', 'start_time'],
  sampledBy: 'xxHash32(trace_id)',
};

const INDEXES = {
  idx_span_id: 'span_id TYPE bloom_filter(0.01)',
  idx_trace_id: 'trace_id TYPE bloom_filter(0.01)',
  idx_user_id: 'user_id TYPE bloom_filter(0.01)',
  idx_session_id: 'session_id TYPE bloom_filter(0.01)',
  idx_created_at: 'created_at TYPE minmax',
  idx_updated_at: 'updated_at TYPE minmax',
};

/** What a span was sent with in full, and what is read: inputs, outputs and metadata are cut in the latter. */
export const SPAN_TABLES: readonly Table[] = [
  {
    ...SPANS,
    name: 'events_full',
    columns: { ...SPANS.columns, 'String CODEC(ZSTD(3))': 'input output' },
    indexes: INDEXES,
  },
  {
    ...SPANS,
    name: 'events_core',
    columns: { ...SPANS.columns, String: `${SPANS.columns['String']} input output` },
    indexes: {
      ...INDEXES,
      idx_provided_model_name: 'provided_model_name TYPE bloom_filter(0.01)',
      idx_experiment_id: 'experiment_id TYPE bloom_filter(0.01)',
      idx_metadata_names: 'metadata_names TYPE bloom_filter(0.01)',
    },
  },
];

const CUT_COLUMNS = {
  input: 'leftUTF8(input, 200)',
  output: 'leftUTF8(output, 200)',
  metadata_values: 'arrayMap(value -> leftUTF8(value, 200), metadata_values)',
};

/** The view that writes each row of `events_full` to `events_core` too. */
export const SPAN_VIEW = `CREATE MATERIALIZED VIEW events_core_mv TO events_core AS
SELECT * REPLACE (${Object.entries(CUT_COLUMNS)
  .map(([name, value]) => `${value} AS ${name}`)
  .join(', ')}) FROM events_full`;
