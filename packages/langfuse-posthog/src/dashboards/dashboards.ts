import type { DashboardDescription } from '@sluice/core/preset';
import { AI_METRICS } from './ai-metrics.js';
import { AI_FAMILY, LANGFUSE_FAMILY } from './event-family.js';
import { fourQuestions } from './four-questions.js';
import { LANGFUSE_METRICS } from './langfuse-metrics.js';

/** Shown by `docs/dashboard.md`, which a test generates from them. */
export const DASHBOARDS: readonly DashboardDescription[] = [
  {
    id: 'langfuse',
    name: 'Langfuse',
    doc: 'How the LLM feature is used, what it costs, and whether it helps. Built from the events that Sluice delivers from Langfuse.',
    charts: [...fourQuestions(LANGFUSE_FAMILY), ...LANGFUSE_METRICS],
  },
  {
    id: 'ai',
    name: 'AI events',
    doc: "How the LLM feature is used, what it costs, and whether it helps. Built from the events of PostHog's AI pages ($ai_*).",
    charts: [...fourQuestions(AI_FAMILY), ...AI_METRICS],
  },
];
