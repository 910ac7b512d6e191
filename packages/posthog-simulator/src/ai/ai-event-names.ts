/**
 * The events that PostHog keeps in its table `ai_events` too. Source: PostHog,
 * `nodejs/src/ingestion/pipelines/ai/ai-event-types.ts`.
 */
const AI_EVENTS: ReadonlySet<string> = new Set([
  '$ai_generation',
  '$ai_embedding',
  '$ai_evaluation',
  '$ai_span',
  '$ai_trace',
  '$ai_metric',
  '$ai_feedback',
  '$ai_tag',
  '$ai_generation_summary',
  '$ai_trace_summary',
  '$ai_evaluation_report',
]);

/** The events for which PostHog computes costs. Source: PostHog, `nodejs/…/ai/process-ai-event.ts`. */
const COSTED_EVENTS: ReadonlySet<string> = new Set(['$ai_generation', '$ai_embedding', '$ai_evaluation']);

/**
 * The events that the pages of traces and sessions read. Source: PostHog, `posthog/hogql_queries/ai/trace_query_runner.py`
 * and `session_query_runner.py`.
 */
const TRACE_EVENTS: ReadonlySet<string> = new Set([
  '$ai_span',
  '$ai_generation',
  '$ai_embedding',
  '$ai_metric',
  '$ai_feedback',
  '$ai_trace',
]);

export function isAiEvent(name: string): boolean {
  return AI_EVENTS.has(name);
}

export function isCosted(name: string): boolean {
  return COSTED_EVENTS.has(name);
}

export function isOnTracePages(name: string): boolean {
  return TRACE_EVENTS.has(name);
}

/** Tokens and costs of other events are in no sum. Source: the sums of `trace_query_runner.py`. */
export function isModelCall(name: string): boolean {
  return name === '$ai_generation' || name === '$ai_embedding';
}

/** Metrics and feedback are tags of a trace, not nodes of its tree. */
export function isTag(name: string): boolean {
  return name === '$ai_metric' || name === '$ai_feedback';
}
