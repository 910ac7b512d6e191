import { isTag } from './ai-event-names.js';
import type { AiRow } from './ai-row.js';

/** An event of a trace with what happened within it. */
interface TraceNode {
  readonly id: string;
  readonly row: AiRow;
  readonly children: readonly TraceNode[];
}

export interface TraceTree {
  /** What hangs on the trace: its id as parent, or none. */
  readonly roots: readonly TraceNode[];
  /** What hangs on a node that was not received. Servers before January 2026 do not show them. */
  readonly orphans: readonly TraceNode[];
}

/**
 * The tree of a trace. A node's id is `$ai_generation_id`, else `$ai_span_id`, else the event's uuid; of events with one id
 * the last is shown. Metrics, feedback and `$ai_trace` are no nodes. Source: PostHog, `llmAnalyticsTraceDataLogic.ts`,
 * `restoreTree`; orphans: pull request PostHog/posthog#44418.
 */
export function traceTree(rows: readonly AiRow[], traceId: string): TraceTree {
  const nodes = rows.filter(({ event }) => !isTag(event) && event !== '$ai_trace');
  const byId = new Map(nodes.map((row) => [nodeId(row), row]));
  const seen = new Set<string>();
  const childrenOf = (parentId: string): readonly TraceNode[] =>
    nodes.filter((row) => parentOf(row, traceId) === parentId).flatMap(nodeOf);
  const nodeOf = (each: AiRow): readonly TraceNode[] => {
    const id = nodeId(each);
    const row = byId.get(id);
    if (row === undefined || seen.has(id)) return [];
    seen.add(id);
    return [{ id, row, children: childrenOf(id) }];
  };
  const roots = childrenOf(traceId);
  const orphans = nodes.filter((row) => !byId.has(parentOf(row, traceId))).flatMap(nodeOf);
  return { roots, orphans };
}

function nodeId({ generationId, spanId, uuid }: AiRow): string {
  return generationId ?? spanId ?? uuid;
}

function parentOf({ parentId }: AiRow, traceId: string): string {
  return parentId ?? traceId;
}
