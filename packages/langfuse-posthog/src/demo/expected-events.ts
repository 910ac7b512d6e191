import type { ExpectedCounts, HistoryTotals } from '@sluice/langfuse-history';

/** Which events a demo exports: Langfuse's own, those of PostHog's AI pages, or both. */
export type DemoEvents = 'langfuse' | 'ai' | 'both';

/** What a database holds, counted by separate SQL. */
export interface DemoHistory {
  readonly counts: ExpectedCounts;
  readonly totals: HistoryTotals;
}

export interface ExpectedEvents {
  readonly event: string;
  readonly expected: number;
}

/** How many events of each name the export of a history is to deliver. */
export function expectedEvents(events: DemoEvents, history: DemoHistory): readonly ExpectedEvents[] {
  return [...(events === 'langfuse' ? [] : aiEvents(history)), ...(events === 'ai' ? [] : langfuseEvents(history))];
}

function langfuseEvents({ counts }: DemoHistory): readonly ExpectedEvents[] {
  return [
    { event: 'langfuse trace', expected: counts.trace },
    { event: 'langfuse generation', expected: counts.generation },
    { event: 'langfuse score', expected: counts.score },
  ];
}

function aiEvents({ counts, totals }: DemoHistory): readonly ExpectedEvents[] {
  return [
    { event: '$ai_generation', expected: totals.generations },
    { event: '$ai_embedding', expected: totals.embeddings },
    { event: '$ai_span', expected: totals.otherSteps },
    { event: '$ai_trace', expected: counts.trace },
    { event: '$ai_metric', expected: counts.score },
    // No score of the history is a comment of a user.
    { event: '$ai_feedback', expected: 0 },
  ];
}
