import { column, text, type FieldReading, type FieldReadings } from './field-reading.js';
import { jsonOfPairs } from './json-text.js';
import { GENERATION_FIELDS } from './observation-fields.js';
import { TRACE_FIELDS } from './trace-fields.js';

/** A span without a parent has the span of its trace as one, if Langfuse wrote it from the tables of v3. */
const PARENT = `if(r.parent_span_id = concat('t-', r.trace_id), NULL, nullIf(r.parent_span_id, ''))`;

const METADATA: FieldReading = {
  expression: (path) => jsonOfPairs('r.metadata_names', 'r.metadata_values', path),
  columns: ['metadata_names', 'metadata_values'],
};

/** The attributes of a trace, as they are on each of its spans. */
const ROW_ATTRIBUTES = {
  'trace.id': text('trace_id'),
  'trace.name': {
    expression: `coalesce(nullIf(r.trace_name, ''), if(r.parent_span_id = '' OR r.is_app_root, nullIf(r.name, ''), NULL))`,
    columns: ['trace_name', 'name', 'parent_span_id', 'is_app_root'],
  },
  'trace.user_id': { ...text('user_id'), blankIsNull: true },
  'trace.session_id': text('session_id'),
  'trace.release': text('release'),
  'trace.tags': { expression: 'toJSONString(r.tags)', columns: ['tags'] },
  // What was propagated to the span, as Langfuse's own exporter reads it: the root's would take a join.
  'trace.metadata': METADATA,
} as const satisfies Readonly<Record<string, FieldReading>>;

/** What a span has differently from an observation of v3. */
export const SPAN_GENERATION_FIELDS: FieldReadings<'generation'> = {
  ...GENERATION_FIELDS,
  parent_observation_id: { expression: PARENT, columns: ['parent_span_id', 'trace_id'] },
  metadata: METADATA,
  // The column `total_cost` is 0 where the cost is unknown.
  total_cost: {
    expression: `if(mapContains(r.cost_details, 'total'), r.cost_details['total'], NULL)`,
    columns: ['cost_details'],
  },
  ...ROW_ATTRIBUTES,
};

export const SPAN_OBSERVATION_FIELDS: FieldReadings<'observation'> = {
  ...SPAN_GENERATION_FIELDS,
  type: column('type'),
};

/** A trace is read from its spans, and its sums with it. */
export const SPAN_TRACE_FIELDS: FieldReadings<'trace'> = {
  ...TRACE_FIELDS,
  total_cost: column('total_cost'),
  observation_count: column('observation_count'),
  latency: column('latency'),
};
