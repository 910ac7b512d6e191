import { isTag } from './ai-event-names.js';
import type { AiRow } from './ai-row.js';
import type { AiTables } from './ai-tables.js';
import { textColumn } from './json-column.js';
import { rowsByTrace } from './rows-by-trace.js';
import { traceSums, type TraceSums } from './trace-sums.js';
import { traceTree, type TraceTree } from './trace-tree.js';

/** The page of one trace. */
export interface TracePage {
  readonly sums: TraceSums;
  readonly tree: TraceTree;
  readonly tags: readonly TraceTag[];
  /** JSON texts of the earliest `$ai_trace`; null after 30 days. */
  readonly inputState: string | null;
  readonly outputState: string | null;
}

/** A metric or feedback. */
interface TraceTag {
  readonly name: string;
  readonly text: string;
}

/**
 * A trace as its page shows it, from `ai_events`, and from `events` when nothing is there. It takes one row for each uuid,
 * whatever the event's name: here the first received, so that **an older body can be shown**, and two events with one uuid
 * are one. Source: PostHog, `posthog/hogql_queries/ai/trace_query_runner.py`; `LIMIT 1 BY uuid`: pull request
 * PostHog/posthog#73382, without an order.
 */
export function tracePage({ aiEvents, events }: AiTables, traceId: string): TracePage | undefined {
  const stored = rowsByTrace(aiEvents).get(traceId) ?? rowsByTrace(events).get(traceId);
  if (stored === undefined) return undefined;
  const rows = onePerUuid(stored).toSorted((a, b) => a.timestamp.localeCompare(b.timestamp));
  const content = rows.find(({ event }) => event === '$ai_trace')?.content;
  return {
    sums: traceSums(rows),
    tree: traceTree(rows, traceId),
    tags: rows.filter(({ event }) => isTag(event)).map(tagOf),
    inputState: content?.inputState ?? null,
    outputState: content?.outputState ?? null,
  };
}

function onePerUuid(rows: readonly AiRow[]): readonly AiRow[] {
  const first = new Map<string, AiRow>();
  for (const row of rows) if (!first.has(row.uuid)) first.set(row.uuid, row);
  return [...first.values()];
}

function tagOf({ event, properties }: AiRow): TraceTag {
  const text = (property: string) => textColumn(properties[property]) ?? '';
  return event === '$ai_metric'
    ? { name: text('$ai_metric_name'), text: text('$ai_metric_value') }
    : { name: 'feedback', text: text('$ai_feedback_text') };
}
