import { column, text, timestamp, type FieldReadings, type JsonPath } from './field-reading.js';
import { jsonOfMap } from './json-text.js';
import { PROJECT_NAME } from './project-name.js';
import { JOINED_TRACE_ATTRIBUTES } from './trace-attributes.js';

export const SCORE_FIELDS: FieldReadings<'score'> = {
  id: column('id'),
  project_id: column('project_id'),
  project_name: PROJECT_NAME,
  trace_id: { ...text('trace_id'), nullable: true },
  observation_id: text('observation_id'),
  timestamp: timestamp('timestamp'),
  name: column('name'),
  value: {
    // A category has a number only from a score configuration. Without one, and for a text, Langfuse writes 0.
    expression: `if(ifNull(r.string_value, '') != '' AND (r.data_type = 'TEXT'
      OR r.data_type = 'CATEGORICAL' AND ifNull(r.config_id, '') = ''), NULL, if(isFinite(r.value), r.value, NULL))`,
    columns: ['value', 'data_type', 'string_value', 'config_id'],
  },
  string_value: text('string_value'),
  data_type: column('data_type'),
  source: column('source'),
  comment: text('comment'),
  author_user_id: text('author_user_id'),
  config_id: text('config_id'),
  created_at: timestamp('created_at'),
  updated_at: timestamp('updated_at'),
  environment: text('environment'),
  session_id: text('session_id'),
  dataset_run_id: text('dataset_run_id'),
  metadata: { expression: (path: JsonPath) => jsonOfMap('r.metadata', path), columns: ['metadata'] },
  ...JOINED_TRACE_ATTRIBUTES,
};
