import { hashUuid } from '../hash-uuid.js';

/** The characters of trace and session ids: https://posthog.com/docs/ai-observability/traces */
const ACCEPTED = /^[A-Za-z0-9\-_~.@()!':|]+$/u;

/** The text itself if PostHog accepts it as the id of a trace, session or span; else a uuid that follows from it. */
export function posthogAiId(text: string): string {
  return ACCEPTED.test(text) ? text : hashUuid(text);
}
