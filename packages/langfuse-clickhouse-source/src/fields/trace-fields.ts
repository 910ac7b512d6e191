import { boolean, column, list, text, timestamp, type FieldReadings, type JsonPath } from './field-reading.js';
import { jsonOf, jsonOfMap } from './json-text.js';
import { PROJECT_NAME } from './project-name.js';
import { OWN_TRACE_ATTRIBUTES } from './trace-attributes.js';

const KEYS = ['id', 'project_id'];

export const TRACE_FIELDS: FieldReadings<'trace'> = {
  id: column('id'),
  project_id: column('project_id'),
  project_name: PROJECT_NAME,
  timestamp: timestamp('timestamp'),
  name: text('name'),
  user_id: { ...text('user_id'), blankIsNull: true },
  session_id: text('session_id'),
  release: text('release'),
  version: text('version'),
  tags: list('tags'),
  metadata: { expression: (path: JsonPath) => jsonOfMap('r.metadata', path), columns: ['metadata'] },
  public: boolean('public'),
  bookmarked: boolean('bookmarked'),
  created_at: timestamp('created_at'),
  updated_at: timestamp('updated_at'),
  total_cost: {
    expression: `if(totals.x_found = 1, ifNull(totals.x_total_cost, 0), 0)`,
    columns: KEYS,
    join: 'totals',
  },
  observation_count: { expression: 'if(totals.x_found = 1, totals.x_count, 0)', columns: KEYS, join: 'totals' },
  latency: { expression: 'if(totals.x_found = 1, totals.x_latency, NULL)', columns: KEYS, join: 'totals' },
  environment: text('environment'),
  input: { expression: (path: JsonPath) => jsonOf('r.input', path), columns: ['input'] },
  output: { expression: (path: JsonPath) => jsonOf('r.output', path), columns: ['output'] },
  ...OWN_TRACE_ATTRIBUTES,
};
