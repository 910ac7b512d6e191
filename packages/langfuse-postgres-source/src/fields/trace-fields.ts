import { column, listText, NO_ENVIRONMENT, PROJECT_NAME, type FieldReadings } from './field-reading.js';
import { OWN_TRACE_ATTRIBUTES } from './trace-attributes.js';

const KEYS = ['id', 'project_id'];

export const TRACE_FIELDS: FieldReadings<'trace'> = {
  id: column('id'),
  project_id: column('project_id'),
  project_name: PROJECT_NAME,
  timestamp: column('"timestamp"'),
  name: column('name'),
  user_id: { ...column('user_id'), blankIsNull: true },
  session_id: column('session_id'),
  release: column('release'),
  version: column('version'),
  tags: { ...column('tags'), expression: listText('r.tags') },
  metadata: column('metadata'),
  public: column('public'),
  bookmarked: column('bookmarked'),
  created_at: column('created_at'),
  updated_at: column('updated_at'),
  total_cost: { expression: 'totals.total_cost', columns: KEYS, join: 'totals-with-cost' },
  observation_count: { expression: 'totals.observation_count', columns: KEYS, join: 'totals' },
  latency: { expression: 'totals.latency', columns: KEYS, join: 'totals' },
  environment: NO_ENVIRONMENT,
  input: column('input'),
  output: column('output'),
  ...OWN_TRACE_ATTRIBUTES,
};
