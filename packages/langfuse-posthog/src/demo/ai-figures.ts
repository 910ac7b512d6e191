import type { DemoFigures } from '@sluice/core/preset';
import type { AiPages } from '@sluice/posthog-simulator';
import type { DemoHistory } from './expected-events.js';

const DAY_MS = 86_400_000;

/** PostHog's AI pages keep the rows that they sum for 30 days. */
export const AI_HISTORY_MS = 28 * DAY_MS;

/** PostHog rounds the latency of a trace to hundredths of a second, and a cost to ten decimals. */
const LATENCY_ROUNDING = 0.005;
const COST_TOLERANCE = 1e-6;

/** What PostHog's pages of traces and sessions show, beside the sums of the database. */
export function aiFigures(pages: AiPages, { counts, totals }: DemoHistory): DemoFigures {
  const { nowMs } = pages.tables;
  const traces = pages.traces({ from: nowMs - AI_HISTORY_MS - DAY_MS, until: nowMs });
  const sessions = pages.sessions();
  const sum = (numbers: readonly (number | null | undefined)[]) =>
    numbers.reduce<number>((total, number) => total + (number ?? 0), 0);
  return {
    title: 'PostHog’s AI pages',
    figures: [
      { name: 'traces', expected: counts.trace, shown: traces.length },
      { name: 'generations', expected: totals.generations, shown: sum(traces.map((each) => each.generations)) },
      { name: 'input tokens', expected: totals.inputTokens, shown: sum(traces.map((each) => each.inputTokens)) },
      { name: 'output tokens', expected: totals.outputTokens, shown: sum(traces.map((each) => each.outputTokens)) },
      {
        name: 'cost, USD',
        expected: totals.costUsd,
        shown: sum(traces.map((each) => each.totalCostUsd)),
        tolerance: COST_TOLERANCE,
      },
      {
        name: 'latency, s (rounded by trace)',
        expected: totals.latencySeconds,
        shown: sum(traces.map((each) => each.latencySeconds)),
        tolerance: LATENCY_ROUNDING * traces.length,
      },
      { name: 'errors', expected: totals.errors, shown: sum(traces.map((each) => each.errors)) },
      { name: 'sessions', expected: totals.sessions, shown: sessions.length },
      {
        name: 'cost of all sessions, USD',
        expected: totals.sessionCostUsd,
        shown: sum(sessions.map(({ sessionId }) => pages.session(sessionId)?.totalCostUsd)),
        tolerance: COST_TOLERANCE,
      },
    ],
  };
}
