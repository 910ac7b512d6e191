import { isModelCall } from './ai-event-names.js';
import type { AiRow } from './ai-row.js';
import { rounded, traceLatency } from './trace-latency.js';

/** What PostHog shows of a trace as a whole. Null: no event says it. */
export interface TraceSums {
  readonly id: string;
  readonly sessionId: string | null;
  readonly name: string | null;
  /** Of `$ai_trace`, else of the earliest event. */
  readonly distinctId: string;
  /** ISO 8601, UTC. */
  readonly firstTimestamp: string;
  readonly lastTimestamp: string;
  readonly generations: number;
  readonly latencySeconds: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly inputCostUsd: number | null;
  readonly outputCostUsd: number | null;
  readonly totalCostUsd: number | null;
  readonly errors: number;
}

/**
 * The sums over the rows of one trace: tokens and costs over generations and embeddings alone, so that those of `$ai_trace`
 * and `$ai_span` do not count. Source: PostHog, `posthog/hogql_queries/ai/trace_query_runner.py`.
 */
export function traceSums(rows: readonly AiRow[]): TraceSums {
  const inTime = rows.toSorted((a, b) => a.timestamp.localeCompare(b.timestamp));
  const traceEvent = inTime.find(({ event }) => event === '$ai_trace');
  const calls = inTime.filter(({ event }) => isModelCall(event));
  const tokens = (value: (row: AiRow) => number | null) => sumOf(calls.map(value));
  const cost = (value: (row: AiRow) => number | null) => sumOf(calls.map(value), 10);
  return {
    id: inTime[0]?.traceId ?? '',
    sessionId: inTime.find(({ sessionId }) => sessionId !== null)?.sessionId ?? null,
    name: nameOf(traceEvent) ?? inTime.map(nameOf).find((name) => name !== null) ?? null,
    distinctId: (traceEvent ?? inTime[0])?.distinctId ?? '',
    firstTimestamp: inTime[0]?.timestamp ?? '',
    lastTimestamp: inTime.at(-1)?.timestamp ?? '',
    generations: inTime.filter(({ event }) => event === '$ai_generation').length,
    latencySeconds: traceLatency(inTime),
    inputTokens: tokens((row) => row.inputTokens),
    outputTokens: tokens((row) => row.outputTokens),
    inputCostUsd: cost((row) => row.inputCostUsd),
    outputCostUsd: cost((row) => row.outputCostUsd),
    totalCostUsd: cost((row) => row.totalCostUsd),
    errors: inTime.filter(({ isError }) => isError).length,
  };
}

/** A node's name: that of the span, else that of the trace; an empty one does not count. */
function nameOf(row: AiRow | undefined): string | null {
  return [row?.spanName, row?.traceName].find((name) => name !== null && name !== '') ?? null;
}

/** PostHog shows a sum of 0 as none. */
export function sumOf(numbers: readonly (number | null)[], decimals = 0): number | null {
  const sum = rounded(
    numbers.reduce<number>((total, number) => total + (number ?? 0), 0),
    decimals,
  );
  return sum === 0 ? null : sum;
}
