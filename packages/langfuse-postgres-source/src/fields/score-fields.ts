import { absent, column, NO_ENVIRONMENT, PROJECT_NAME, type FieldReadings } from './field-reading.js';
import { JOINED_TRACE_ATTRIBUTES } from './trace-attributes.js';

export const SCORE_FIELDS: FieldReadings<'score'> = {
  id: column('id'),
  project_id: column('project_id'),
  project_name: PROJECT_NAME,
  trace_id: column('trace_id'),
  observation_id: column('observation_id'),
  timestamp: column('"timestamp"'),
  name: column('name'),
  value: column('value'),
  string_value: column('string_value'),
  data_type: column('data_type'),
  source: column('source'),
  comment: column('comment'),
  author_user_id: column('author_user_id'),
  config_id: column('config_id'),
  created_at: column('created_at'),
  updated_at: column('updated_at'),
  environment: NO_ENVIRONMENT,
  session_id: absent('a score of Langfuse v2 has a trace, and no session of its own'),
  dataset_run_id: absent('Langfuse v2 has no scores of dataset runs'),
  metadata: absent('a score of Langfuse v2 has no metadata'),
  ...JOINED_TRACE_ATTRIBUTES,
};
