import { CHANGEABLE, column, NULLABLE, PROJECT_NAME, type SourceField } from './source-field.js';
import { JOINED_TRACE_ATTRIBUTES } from './trace-attributes.js';

export const SCORE_FIELDS: Readonly<Record<string, SourceField>> = {
  id: column('text', 'id', 'The score’s id.'),
  project_id: column('text', 'project_id', 'The project’s id.'),
  project_name: PROJECT_NAME,
  trace_id: column('text', 'trace_id', 'The trace’s id, even if there is no such trace.', CHANGEABLE),
  observation_id: column(
    'text',
    'observation_id',
    'The scored observation; null when the whole trace is scored.',
    NULLABLE,
  ),
  timestamp: column('timestamp', '"timestamp"', 'When the score was given: the event time.', CHANGEABLE),
  name: column('text', 'name', 'What is scored.', CHANGEABLE),
  value: column(
    'number',
    'value',
    'The value; null for a category without a value, or when it is not finite.',
    NULLABLE,
  ),
  string_value: column('text', 'string_value', 'The category, or True and False.', NULLABLE),
  data_type: column('text', 'data_type', 'NUMERIC, BOOLEAN or CATEGORICAL.', CHANGEABLE),
  source: column('text', 'source', 'Where the score comes from: API, EVAL or ANNOTATION.', CHANGEABLE),
  comment: column('text', 'comment', 'The comment with the score.', { ...NULLABLE, personal: true }),
  author_user_id: column('text', 'author_user_id', 'The Langfuse user who annotated.', { ...NULLABLE, personal: true }),
  config_id: column('text', 'config_id', 'The score configuration.', NULLABLE),
  created_at: column('timestamp', 'created_at', 'When Langfuse stored the score.'),
  updated_at: column('timestamp', 'updated_at', 'When Langfuse last changed the score.', CHANGEABLE),
  ...JOINED_TRACE_ATTRIBUTES,
};
