import { isOnTracePages } from './ai-event-names.js';
import type { AiRow } from './ai-row.js';

/** The rows of each trace; those without a trace id, and events that no page of traces reads, are in none. */
export function rowsByTrace(rows: readonly AiRow[]): ReadonlyMap<string, readonly AiRow[]> {
  const traces = new Map<string, AiRow[]>();
  for (const row of rows) {
    if (row.traceId === '' || !isOnTracePages(row.event)) continue;
    const trace = traces.get(row.traceId);
    if (trace === undefined) traces.set(row.traceId, [row]);
    else trace.push(row);
  }
  return traces;
}
