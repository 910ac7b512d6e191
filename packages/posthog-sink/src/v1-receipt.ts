import { RefusedError, UnexpectedAnswerError, type Instant } from '@sluice/core/adapter';
import type { EncodedEvent, Outcome, Receipt, Refusal } from '@sluice/core/sink';
import { isObject, jsonObject, quoted, retryAfterMs, type HttpAnswer } from '@sluice/adapter-kit';
import { statusError } from './status-error.js';

const ACCEPTED: Outcome = { kind: 'accepted', assurance: 'event' };

/** Drops that are not the event's fault: at another time or in another project, PostHog would accept it. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  billing_limit_exceeded: 'quota',
  event_restriction_drop: 'restricted',
  non_historical_import_drop: 'restricted',
  misrouted_event: 'restricted',
};

const REMEDIES: Readonly<Record<Refusal, string>> = {
  credentials: 'use the project API key (phc_) of the project at this host',
  quota: 'raise the billing limit in PostHog, or wait for the next billing period; no event is lost meanwhile',
  restricted: 'ask the administrator of the PostHog project why it drops these events',
};

/** Tags about the request itself: the sink and the host do not agree on the protocol. */
const PROTOCOL_TAGS = new Set(['missing_required_headers', 'invalid_header_value', 'invalid_batch']);

/** Pure: what PostHog's answer to `POST /i/v1/analytics/events` means. Throws the errors of the contracts. */
export function v1Receipt(answer: HttpAnswer, events: readonly EncodedEvent[], now: Instant): Receipt {
  const body = jsonObject(answer);
  if (answer.status < 200 || answer.status >= 300) throw v1StatusError(answer, body, now);
  const results = body?.['results'];
  if (!isObject(results)) {
    throw new UnexpectedAnswerError(
      `the host answered ${answer.status} with ${quoted(answer)}, without a result for each event: check host`,
    );
  }
  const resultOf = resultsByUuid(results);
  const outcomes = events.map((event) => outcomeOf(resultOf(event.sentUuid ?? event.uuid)));
  const waitMs = retryAfterMs(answer, now);
  return { outcomes, ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) };
}

/** PostHog names events in lower case; that is not promised. */
function resultsByUuid(results: Readonly<Record<string, unknown>>): (uuid: string) => unknown {
  let inLowerCase: Map<string, unknown> | undefined;
  return (uuid) => {
    if (Object.hasOwn(results, uuid)) return results[uuid];
    inLowerCase ??= new Map(Object.entries(results).map(([name, result]) => [name.toLowerCase(), result]));
    return inLowerCase.get(uuid);
  };
}

function v1StatusError(answer: HttpAnswer, body: Readonly<Record<string, unknown>> | undefined, now: Instant): Error {
  const tag = typeof body?.['error'] === 'string' ? body['error'] : '';
  if (tag === 'billing_limit_exceeded') {
    return new RefusedError('quota', `PostHog answered ${answer.status} (${tag}): ${REMEDIES.quota}`);
  }
  if (answer.status === 400 && PROTOCOL_TAGS.has(tag)) {
    return new UnexpectedAnswerError(`PostHog answered 400 with ${quoted(answer)}: set protocol: v0`);
  }
  return statusError(answer, now);
}

/** Undefined, which means retry, when the answer does not mention the event or its result is unknown. */
function outcomeOf(result: unknown): Outcome | undefined {
  if (!isObject(result)) return undefined;
  switch (result['result']) {
    case 'ok':
    // The event is stored: PostHog only stopped updating a person that changes too often.
    case 'warning':
      return ACCEPTED;
    case 'retry':
      return { kind: 'retry', reason: detailsOf(result) };
    case 'drop':
      return dropped(detailsOf(result));
    default:
      return undefined;
  }
}

function detailsOf({ details }: Readonly<Record<string, unknown>>): string {
  return typeof details === 'string' ? details : 'no reason given';
}

function dropped(details: string): Outcome {
  const refusal = REFUSALS[details];
  if (refusal !== undefined) {
    return { kind: 'refused', refusal, message: `PostHog drops the events (${details}): ${REMEDIES[refusal]}` };
  }
  // Throttled by bytes: PostHog accepts the same event later.
  if (details === 'ai_byte_rate_limited') return { kind: 'retry', reason: details };
  return { kind: 'rejected', reason: details.replaceAll('_', '-'), detail: `PostHog drops the event: ${details}` };
}
