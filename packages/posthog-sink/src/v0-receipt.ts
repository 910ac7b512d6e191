import { RefusedError, UnexpectedAnswerError, type Instant } from '@sluice/core/adapter';
import type { Outcome, Receipt } from '@sluice/core/sink';
import { jsonObject, quoted, type HttpAnswer } from '@sluice/adapter-kit';
import { statusError } from './status-error.js';

/** v0 answers for the request as a whole. */
const ACCEPTED: Outcome = { kind: 'accepted', assurance: 'request' };

/**
 * Pure: what PostHog's answer to `POST /batch/` means. Throws the errors of the contracts. `quotas` names those that the
 * events count against: AI events have a separate one, `llm_events`.
 */
export function v0Receipt(
  answer: HttpAnswer,
  eventCount: number,
  now: Instant,
  quotas: readonly string[] = ['events'],
): Receipt {
  if (answer.status < 200 || answer.status >= 300) throw statusError(answer, now);
  const body = jsonObject(answer);
  const limited = body?.['quota_limited'];
  if (Array.isArray(limited) && quotas.some((quota) => limited.includes(quota))) {
    throw new RefusedError('quota', 'PostHog drops the events: the billing limit of the project is reached');
  }
  if (!isOk(body?.['status'])) {
    throw new UnexpectedAnswerError(
      `the host answered ${answer.status} with ${quoted(answer)}, which is not how PostHog accepts events: check host`,
    );
  }
  const outcomes: Outcome[] = [];
  for (let event = 0; event < eventCount; event += 1) outcomes.push(ACCEPTED);
  return { outcomes };
}

/** `"Ok"` today, `1` on servers before the capture service was rewritten. */
function isOk(status: unknown): boolean {
  return status === 1 || (typeof status === 'string' && status.toLowerCase() === 'ok');
}
