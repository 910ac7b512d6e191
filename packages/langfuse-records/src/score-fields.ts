import { CHANGEABLE, field, NULLABLE, PERSONAL } from './field.js';
import { environmentOf, PROJECT_ID, PROJECT_NAME, TRACE_ID_DOC } from './shared-fields.js';
import { JOINED_TRACE_ATTRIBUTES } from './trace-attributes.js';

export const SCORE_FIELDS = {
  id: field('text', 'The score’s id.'),
  project_id: PROJECT_ID,
  project_name: PROJECT_NAME,
  trace_id: field('text', TRACE_ID_DOC, CHANGEABLE),
  observation_id: field('text', 'The scored observation; null when the whole trace is scored.', NULLABLE),
  timestamp: field('timestamp', 'When the score was given: the event time.', CHANGEABLE),
  name: field('text', 'What is scored.', CHANGEABLE),
  value: field('number', 'The value; null for a category without a value, or when it is not finite.', NULLABLE),
  string_value: field('text', 'The category, True or False, or the text.', NULLABLE),
  data_type: field('text', 'NUMERIC, BOOLEAN or CATEGORICAL; on Langfuse v3 and v4 also TEXT.', CHANGEABLE),
  source: field('text', 'Where the score comes from: API, EVAL or ANNOTATION.', CHANGEABLE),
  comment: field('text', 'The comment with the score.', PERSONAL),
  author_user_id: field('text', 'The Langfuse user who annotated.', PERSONAL),
  config_id: field('text', 'The score configuration.', NULLABLE),
  created_at: field('timestamp', 'When Langfuse stored the score.'),
  updated_at: field('timestamp', 'When Langfuse last changed the score.', CHANGEABLE),
  environment: environmentOf('score'),
  session_id: field('text', 'The session that is scored, if no trace is.', NULLABLE),
  dataset_run_id: field('text', 'The run of a dataset that is scored, if no trace is.', NULLABLE),
  metadata: field('json', 'The score’s metadata; any JSON value.', PERSONAL),
  ...JOINED_TRACE_ATTRIBUTES,
};
