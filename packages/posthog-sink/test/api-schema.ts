import { POSTHOG_AI_API, POSTHOG_API } from './posthog-api-schemas.js';
import { z } from 'zod';
import type { Protocol } from '#src/encode-event.js';

/** What of a request contradicts the description of PostHog's API; empty when nothing does. */
export function requestProblems(protocol: Protocol, body: unknown): string {
  return problems(POSTHOG_API[protocol].request, body);
}

/** The same for a request for large AI events. */
export function aiRequestProblems(protocol: Protocol, body: unknown): string {
  return problems(POSTHOG_AI_API[protocol].request, body);
}

/** The same for an answer. A status that is not described is a problem. */
export function answerProblems(protocol: Protocol, status: number, body: string): string {
  const schema = POSTHOG_API[protocol].answers[status];
  return schema === undefined ? `status ${status} is not described` : problems(schema, parsed(body));
}

function problems(schema: object, value: unknown): string {
  const result = z.fromJSONSchema(JSON.parse(JSON.stringify(schema))).safeParse(value);
  return result.success ? '' : z.prettifyError(result.error);
}

/** v0 answers in plain text as well. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
