import { isModelCall, isTag } from './ai-event-names.js';
import type { AiRow } from './ai-row.js';
import type { AiTables } from './ai-tables.js';
import { rowsByTrace } from './rows-by-trace.js';
import { rounded } from './trace-latency.js';

/** A line of the list of sessions. */
export interface SessionLine {
  readonly sessionId: string;
  readonly traces: number;
  readonly spans: number;
  readonly generations: number;
  readonly embeddings: number;
  readonly errors: number;
  readonly totalCostUsd: number;
  readonly totalLatencySeconds: number;
}

/**
 * The list of sessions, from `events`, where repeats are merged. A trace belongs to the session that any of its events names.
 * Its latency is that of `$ai_trace`, else the sum over **all** its generations, embeddings and spans: a span and what
 * happened within it count both. Source: PostHog, `products/ai_observability/backend/queries/sessions.sql`.
 */
export function sessionsList({ events }: AiTables): readonly SessionLine[] {
  const sessions = new Map<string, readonly AiRow[][]>();
  for (const rows of rowsByTrace(events.filter(({ event }) => !isTag(event))).values()) {
    const sessionId = rows.find((row) => row.sessionId !== null && row.sessionId !== '')?.sessionId ?? undefined;
    if (sessionId === undefined) continue;
    sessions.set(sessionId, [...(sessions.get(sessionId) ?? []), [...rows]]);
  }
  return [...sessions].map(([sessionId, traces]) => {
    const rows = traces.flat();
    const count = (name: string) => rows.filter(({ event }) => event === name).length;
    return {
      sessionId,
      traces: traces.length,
      spans: count('$ai_span'),
      generations: count('$ai_generation'),
      embeddings: count('$ai_embedding'),
      errors: rows.filter(({ isError }) => isError).length,
      totalCostUsd: rounded(sum(rows.map((row) => (isModelCall(row.event) ? row.totalCostUsd : null))), 4),
      totalLatencySeconds: rounded(sum(traces.map(latencyOf)), 2),
    };
  });
}

function latencyOf(trace: readonly AiRow[]): number {
  const whole = trace.find(({ event, latency }) => event === '$ai_trace' && latency !== null)?.latency ?? undefined;
  return whole ?? sum(trace.map(({ latency }) => latency));
}

function sum(numbers: readonly (number | null)[]): number {
  return numbers.reduce<number>((total, number) => total + (number ?? 0), 0);
}
