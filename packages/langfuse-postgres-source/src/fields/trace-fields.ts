import { CHANGEABLE, column, expressed, NULLABLE, PROJECT_NAME, type SourceField } from './source-field.js';
import { OWN_TRACE_ATTRIBUTES } from './trace-attributes.js';

const KEYS = ['id', 'project_id'];

export const TRACE_FIELDS: Readonly<Record<string, SourceField>> = {
  id: column('text', 'id', 'The trace’s id.'),
  project_id: column('text', 'project_id', 'The project’s id.'),
  project_name: PROJECT_NAME,
  timestamp: column('timestamp', '"timestamp"', 'When the trace started: the event time.', CHANGEABLE),
  name: column('text', 'name', 'The trace’s name.', NULLABLE),
  user_id: column('text', 'user_id', 'The user; null if it is empty.', {
    ...NULLABLE,
    personal: true,
    blankIsNull: true,
  }),
  session_id: column('text', 'session_id', 'The session that the trace belongs to.', NULLABLE),
  release: column('text', 'release', 'The release of the application.', NULLABLE),
  version: column('text', 'version', 'The version of the trace.', NULLABLE),
  tags: column('text[]', 'tags', 'The trace’s tags.', CHANGEABLE),
  metadata: column('json', 'metadata', 'The trace’s metadata; any JSON value.', { ...NULLABLE, personal: true }),
  public: column('boolean', 'public', 'Whether the trace is shared by a link.', CHANGEABLE),
  bookmarked: column('boolean', 'bookmarked', 'Whether the trace is bookmarked.', CHANGEABLE),
  created_at: column('timestamp', 'created_at', 'When Langfuse stored the trace.'),
  updated_at: column('timestamp', 'updated_at', 'When Langfuse last changed the trace.', CHANGEABLE),
  total_cost: expressed('number', 'totals.total_cost', KEYS, 'The cost of all observations; 0 when unknown.', {
    changeable: true,
    unit: 'usd',
    join: 'totals-with-cost',
  }),
  observation_count: expressed('number', 'totals.observation_count', KEYS, 'The number of observations of any type.', {
    changeable: true,
    join: 'totals',
  }),
  latency: expressed(
    'number',
    'totals.latency',
    KEYS,
    'From the first start to the last end; null without observations.',
    { ...NULLABLE, unit: 's', join: 'totals' },
  ),
  ...OWN_TRACE_ATTRIBUTES,
};
