/**
 * PostHog takes `$ai_*` events of up to 8 MiB on a route of their own: v0 measures the event, v1 its properties. The margin
 * is for what PostHog adds. Source: https://posthog.com/docs/ai-observability/large-events and PostHog,
 * `rust/capture/src/config.rs`, `ai_max_event_bytes`.
 */
export const MAX_AI_EVENT_BYTES = 8_000_000;

/** That route refuses events of any other name. Source: PostHog, `rust/capture`, `AI_EVENT_NAMES`. */
const AI_EVENTS: ReadonlySet<string> = new Set([
  '$ai_generation',
  '$ai_embedding',
  '$ai_span',
  '$ai_trace',
  '$ai_metric',
  '$ai_feedback',
  '$ai_evaluation',
]);

export function isAiEvent(name: string): boolean {
  return AI_EVENTS.has(name);
}
