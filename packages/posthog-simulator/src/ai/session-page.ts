import type { AiRow } from './ai-row.js';
import type { AiTables } from './ai-tables.js';
import { sumOf, type TraceSums } from './trace-sums.js';
import { listed } from './traces-list.js';

/** The page of one session: its traces, and their sums. */
export interface SessionPage {
  readonly traces: readonly TraceSums[];
  readonly generations: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly totalCostUsd: number | null;
  readonly latencySeconds: number | null;
}

/**
 * The page of each session, from `ai_events`, and from `events` when nothing is there. **It sums every row: an event that was
 * sent twice counts twice.** Only events that carry the session's id themselves are in it. Source: PostHog,
 * `posthog/hogql_queries/ai/session_query_runner.py`.
 */
export function sessionPages({ aiEvents, events }: AiTables): ReadonlyMap<string, SessionPage> {
  const rows = new Map([...rowsBySession(events), ...rowsBySession(aiEvents)]);
  return new Map([...rows].map(([sessionId, ofSession]) => [sessionId, sessionPage(listed(ofSession))]));
}

function rowsBySession(rows: readonly AiRow[]): ReadonlyMap<string, readonly AiRow[]> {
  const sessions = new Map<string, AiRow[]>();
  for (const row of rows) {
    if (row.sessionId === null) continue;
    const session = sessions.get(row.sessionId);
    if (session === undefined) sessions.set(row.sessionId, [row]);
    else session.push(row);
  }
  return sessions;
}

function sessionPage(traces: readonly TraceSums[]): SessionPage {
  return {
    traces,
    generations: traces.reduce((sum, { generations }) => sum + generations, 0),
    inputTokens: sumOf(traces.map(({ inputTokens }) => inputTokens)),
    outputTokens: sumOf(traces.map(({ outputTokens }) => outputTokens)),
    totalCostUsd: sumOf(
      traces.map(({ totalCostUsd }) => totalCostUsd),
      10,
    ),
    latencySeconds: sumOf(
      traces.map(({ latencySeconds }) => latencySeconds),
      2,
    ),
  };
}
