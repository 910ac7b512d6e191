import { column, listText, type FieldReading } from './field-reading.js';

const BLANK_IS_NULL = { blankIsNull: true } as const;
const JOIN = { columns: ['trace_id', 'project_id'], join: 'trace' } as const;

/** The `trace.*` fields of the trace stream: the trace itself. */
export const OWN_TRACE_ATTRIBUTES = {
  'trace.id': column('id'),
  'trace.name': column('name'),
  'trace.user_id': { ...column('user_id'), ...BLANK_IS_NULL },
  'trace.session_id': column('session_id'),
  'trace.release': column('release'),
  'trace.version': column('version'),
  'trace.tags': { ...column('tags'), expression: listText('r.tags') },
  'trace.metadata': column('metadata'),
  'trace.timestamp': column('"timestamp"'),
} as const satisfies Readonly<Record<string, FieldReading>>;

/** The `trace.*` fields of the other streams: null when there is no such trace in the record's project. */
export const JOINED_TRACE_ATTRIBUTES = {
  'trace.id': ofTrace('id'),
  'trace.name': ofTrace('name'),
  'trace.user_id': { ...ofTrace('user_id'), ...BLANK_IS_NULL },
  'trace.session_id': ofTrace('session_id'),
  'trace.release': ofTrace('release'),
  'trace.version': ofTrace('version'),
  'trace.tags': { ...JOIN, expression: listText('trace.tags') },
  'trace.metadata': ofTrace('metadata'),
  'trace.timestamp': ofTrace('"timestamp"'),
} as const satisfies Readonly<Record<string, FieldReading>>;

function ofTrace(name: string): FieldReading {
  return { ...JOIN, expression: `trace.${name}` };
}
