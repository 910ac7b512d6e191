import { CONTENT_FIELDS } from './content-fields.js';
import { CHANGEABLE, field, NULLABLE, PERSONAL } from './field.js';
import { environmentOf, PROJECT_ID, PROJECT_NAME } from './shared-fields.js';
import { OWN_TRACE_ATTRIBUTES } from './trace-attributes.js';

export const TRACE_FIELDS = {
  id: field('text', 'The trace’s id.'),
  project_id: PROJECT_ID,
  project_name: PROJECT_NAME,
  timestamp: field('timestamp', 'When the trace started: the event time.', CHANGEABLE),
  name: field('text', 'The trace’s name.', NULLABLE),
  user_id: field('text', 'The user; null if it is empty.', PERSONAL),
  session_id: field('text', 'The session that the trace belongs to.', NULLABLE),
  release: field('text', 'The release of the application.', NULLABLE),
  version: field('text', 'The version of the trace.', NULLABLE),
  tags: field('text[]', 'The trace’s tags.', CHANGEABLE),
  metadata: field('json', 'The trace’s metadata; any JSON value.', PERSONAL),
  public: field('boolean', 'Whether the trace is shared by a link.', CHANGEABLE),
  bookmarked: field('boolean', 'Whether the trace is bookmarked.', CHANGEABLE),
  created_at: field('timestamp', 'When Langfuse stored the trace.'),
  updated_at: field('timestamp', 'When Langfuse last changed the trace.', CHANGEABLE),
  total_cost: field('number', 'The cost of all observations; 0 when unknown.', { ...CHANGEABLE, unit: 'usd' }),
  observation_count: field('number', 'The number of observations of any type.', CHANGEABLE),
  latency: field('number', 'From the first start to the last end; null without observations.', {
    ...NULLABLE,
    unit: 's',
  }),
  environment: environmentOf('trace'),
  ...CONTENT_FIELDS,
  ...OWN_TRACE_ATTRIBUTES,
};
