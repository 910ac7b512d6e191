import type { AiRow } from './ai-row.js';
import { CONTENT_DAYS, type AiTables } from './ai-tables.js';
import { rowsByTrace } from './rows-by-trace.js';
import { traceSums, type TraceSums } from './trace-sums.js';

/** Epoch milliseconds, both ends included. */
export interface TimeRange {
  readonly from: number;
  readonly until: number;
}

const SLACK_MS = 600_000;
const DAY_MS = 86_400_000;

/**
 * The list of traces with an event in a range, newest first. It reads ten minutes more on either side, as if no trace took
 * longer: what is farther away is in no sum. A range of the last 30 days is read from `ai_events`, **where an event that was
 * sent twice counts twice**; an older one from `events`. Source: PostHog, `posthog/hogql_queries/ai/traces_query_runner.py`.
 */
export function tracesList(tables: AiTables, { from, until }: TimeRange): readonly TraceSums[] {
  const isRecent = from - SLACK_MS >= tables.nowMs - CONTENT_DAYS * DAY_MS;
  const rows = (isRecent ? tables.aiEvents : tables.events).filter((row) => {
    const at = Date.parse(row.timestamp);
    return at >= from - SLACK_MS && at <= until + SLACK_MS;
  });
  return listed(rows).filter(
    ({ firstTimestamp, lastTimestamp }) => Date.parse(firstTimestamp) <= until && Date.parse(lastTimestamp) >= from,
  );
}

/** The sums of each trace, newest first. */
export function listed(rows: readonly AiRow[]): readonly TraceSums[] {
  return [...rowsByTrace(rows).values()]
    .map(traceSums)
    .toSorted((a, b) => b.firstTimestamp.localeCompare(a.firstTimestamp));
}
