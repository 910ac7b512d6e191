import type { AiRow } from './ai-row.js';

/**
 * A trace's latency in seconds: the sum over its generations where nothing else has a latency; otherwise the sum over what
 * hangs directly on the trace, an `$ai_trace` with a latency included. Null when nothing has one. Source: PostHog,
 * `posthog/hogql_queries/ai/trace_query_runner.py`, `total_latency`.
 */
export function traceLatency(rows: readonly AiRow[]): number | null {
  const timed = rows.filter(({ latency }) => latency !== null && latency > 0);
  const isOnlyGenerations = timed.length > 0 && timed.every(({ event }) => event === '$ai_generation');
  const summed = isOnlyGenerations
    ? timed
    : rows.filter(({ parentId, traceId }) => parentId === null || parentId === traceId);
  const latencies = summed.flatMap(({ latency }) => latency ?? []);
  return latencies.length === 0
    ? null
    : rounded(
        latencies.reduce((sum, latency) => sum + latency, 0),
        2,
      );
}

export function rounded(number: number, decimals: number): number {
  return Number(number.toFixed(decimals));
}
