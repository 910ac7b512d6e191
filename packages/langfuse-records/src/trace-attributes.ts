import { field, NULLABLE, PERSONAL, type Traits } from './field.js';

const ALWAYS = { nullable: false };

/** The fields `trace.*`. The traits apply to every one. */
function traceAttributes(traits: Traits = {}) {
  return {
    'trace.id': field('text', 'The trace’s id.', traits),
    'trace.name': field('text', 'The trace’s name.', { ...NULLABLE, ...traits }),
    'trace.user_id': field('text', 'The user of the trace; null if it is empty.', { ...PERSONAL, ...traits }),
    'trace.session_id': field('text', 'The session that the trace belongs to.', { ...NULLABLE, ...traits }),
    'trace.release': field('text', 'The release of the application.', { ...NULLABLE, ...traits }),
    'trace.version': field('text', 'The version of the trace.', { ...NULLABLE, ...traits }),
    'trace.tags': field('text[]', 'The trace’s tags.', { ...NULLABLE, ...ALWAYS, ...traits }),
    'trace.metadata': field('json', 'The trace’s metadata; any JSON value.', { ...PERSONAL, ...traits }),
    'trace.timestamp': field('timestamp', 'When the trace started.', { ...NULLABLE, ...ALWAYS, ...traits }),
  };
}

/** The `trace.*` fields of the trace stream: the trace itself. */
export const OWN_TRACE_ATTRIBUTES = traceAttributes();

/** The `trace.*` fields of the other streams: null when there is no such trace in the record's project. */
export const JOINED_TRACE_ATTRIBUTES = traceAttributes(NULLABLE);
