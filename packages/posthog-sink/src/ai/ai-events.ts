import type { RepeatRule } from '@sluice/core/sink';

/**
 * The events that PostHog also keeps in the table of its trace and session pages, which does not merge repeats: PostHog's
 * `ai-event-types.ts` and `posthog/models/ai_events/sql.py`.
 */
export const AI_EVENTS: readonly string[] = [
  '$ai_trace',
  '$ai_generation',
  '$ai_embedding',
  '$ai_span',
  '$ai_metric',
  '$ai_feedback',
  '$ai_evaluation',
];

/** PostHog's other table merges them: insights count a repeat once. */
const RULE: RepeatRule = { effect: 'add', where: 'on its pages of traces and sessions' };

export const AI_REPEATS: Readonly<Record<string, RepeatRule>> = Object.fromEntries(
  AI_EVENTS.map((event) => [event, RULE]),
);
