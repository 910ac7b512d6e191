import { AI_EVENTS } from './ai-events.js';

/**
 * PostHog takes AI events of up to 8 MiB on a separate route: v0 measures the event, v1 its properties. The margin is for
 * what PostHog adds. Source: https://posthog.com/docs/ai-observability/large-events and PostHog,
 * `rust/capture/src/config.rs`, `ai_max_event_bytes`.
 */
export const MAX_AI_EVENT_BYTES = 8_000_000;

/** That route refuses events of any other name. Source: PostHog, `rust/capture`, `AI_EVENT_NAMES`. */
const NAMES: ReadonlySet<string> = new Set(AI_EVENTS);

export function isAiEvent(name: string): boolean {
  return NAMES.has(name);
}
