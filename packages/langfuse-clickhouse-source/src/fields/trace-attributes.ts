import { list, text, timestamp, type FieldReading, type JsonPath } from './field-reading.js';
import { jsonOfMap } from './json-text.js';

/** The `trace.*` fields of the trace stream: the trace itself. */
export const OWN_TRACE_ATTRIBUTES = {
  'trace.id': { expression: 'r.id', columns: ['id'] },
  'trace.name': text('name'),
  'trace.user_id': { ...text('user_id'), blankIsNull: true },
  'trace.session_id': text('session_id'),
  'trace.release': text('release'),
  'trace.version': text('version'),
  'trace.tags': list('tags'),
  'trace.metadata': { expression: (path: JsonPath) => jsonOfMap('r.metadata', path), columns: ['metadata'] },
  'trace.timestamp': timestamp('timestamp'),
} as const satisfies Readonly<Record<string, FieldReading>>;

/** The `trace.*` fields of the other streams: null when there is no such trace in the record's project. */
export const JOINED_TRACE_ATTRIBUTES = {
  'trace.id': ofTrace('id', 'trace.t_id'),
  'trace.name': ofTrace('name', `nullIf(trace.t_name, '')`),
  'trace.user_id': { ...ofTrace('user_id', `nullIf(trace.t_user_id, '')`), blankIsNull: true },
  'trace.session_id': ofTrace('session_id', `nullIf(trace.t_session_id, '')`),
  'trace.release': ofTrace('release', `nullIf(trace.t_release, '')`),
  'trace.version': ofTrace('version', `nullIf(trace.t_version, '')`),
  'trace.tags': ofTrace('tags', 'toJSONString(trace.t_tags)'),
  'trace.metadata': ofTrace('metadata', (path) => jsonOfMap('trace.t_metadata', path)),
  'trace.timestamp': ofTrace('timestamp', `toString(trace.t_timestamp, 'UTC')`),
} as const satisfies Readonly<Record<string, FieldReading>>;

/** A column of a trace that was not found is empty, not null. */
function ofTrace(traceColumn: string, expression: FieldReading['expression']): FieldReading {
  const found = (value: string): string => `if(trace.t_found = 1, ${value}, NULL)`;
  return {
    expression: typeof expression === 'string' ? found(expression) : (path) => found(expression(path)),
    columns: ['trace_id'],
    join: 'trace',
    traceColumns: [traceColumn],
  };
}
