import { RefusedError, TransientError, UnexpectedAnswerError, type Instant } from '@sluice/core';
import type { Protocol } from './encode-event.js';
import type { PosthogApi } from './posthog-api.js';
import { isHtml, isRedirect, jsonObject, quoted, type PosthogAnswer } from './posthog-answer.js';
import { PATHS, v1Headers } from './posthog-request.js';
import { statusError } from './status-error.js';

/** Where a project's public settings are: asking creates nothing and is not billed. */
export function keyProbePath(key: string): string {
  return `/array/${encodeURIComponent(key)}/config.js`;
}

/** Answers 401 to an unknown key where the settings answer 404. Asked second: for a known key it may be billed. */
export const FLAGS_PATH = '/flags/?v=2';

export function flagsProbeBody(key: string): string {
  return JSON.stringify({ token: key, distinct_id: 'sluice-key-probe', geoip_disable: true });
}

/** What the answer to the key's probe says. `unknown` is no failure: many hosts that take events offer no settings. */
export type KeyFinding = 'known' | 'refused' | 'unknown';

/**
 * Pure. Only a 401 makes a key bad: a 404 may come from a server that has no such page. A redirect, or a page of HTML
 * as a success, is not PostHog.
 */
export function keyFinding(answer: PosthogAnswer, now: Instant): KeyFinding {
  if (isRedirect(answer)) throw statusError(answer, now);
  if (answer.status === 401) return 'refused';
  if (answer.status < 200 || answer.status >= 300) return 'unknown';
  if (isHtml(answer)) throw notPosthog(answer);
  return /_POSTHOG_REMOTE_CONFIG|"(flags|featureFlags)":/.test(answer.body) ? 'known' : 'unknown';
}

export function keyRefused(): RefusedError {
  return new RefusedError(
    'credentials',
    'PostHog does not know the project key at this host: use the project API key (phc_), and the host of its region',
  );
}

/** A batch without events: v1 refuses it in its own words, and no server counts an event. */
export async function probeProtocol(
  api: PosthogApi,
  context: { readonly key: string; readonly userAgent: string; readonly now: Instant; readonly requestId: string },
  signal?: AbortSignal,
): Promise<PosthogAnswer> {
  return api.post(PATHS.v1, {
    headers: { 'content-type': 'application/json', ...v1Headers({ ...context, attempt: 1 }) },
    body: JSON.stringify({ created_at: new Date(context.now).toISOString(), batch: [] }),
    signal,
  });
}

/**
 * Pure: which protocol the answer to an empty v1 batch stands for. v1 only when it answers in v1's own words; a server
 * that says "ok" to everything is v0.
 */
export function protocolFinding(answer: PosthogAnswer, now: Instant): Protocol {
  if (isRedirect(answer)) throw statusError(answer, now);
  if (hasV1Tag(answer)) {
    if (answer.status === 401) throw keyRefused();
    return 'v1';
  }
  if (!isHtml(answer)) return 'v0';
  // A page of HTML that says "no such thing" is how many simple servers and proxies say it.
  if ([404, 405, 415, 501].includes(answer.status)) return 'v0';
  if (answer.status >= 500) throw new TransientError(`the host answered ${answer.status} with a page of HTML`);
  throw notPosthog(answer);
}

/** The error tags of v1: PostHog, `rust/capture/src/v1/error.rs`. */
const V1_TAGS = new Set([
  'missing_required_headers',
  'invalid_header_value',
  'request_decoding_error',
  'request_parsing_error',
  'empty_body',
  'empty_batch',
  'invalid_batch',
  'invalid_api_token',
  'request_timeout',
  'body_read_timeout',
  'unsupported_content_type',
  'unsupported_encoding',
  'billing_limit_exceeded',
  'rate_limited',
]);

function hasV1Tag(answer: PosthogAnswer): boolean {
  const tag = jsonObject(answer)?.['error'];
  return answer.status >= 400 && typeof tag === 'string' && V1_TAGS.has(tag);
}

function notPosthog(answer: PosthogAnswer): UnexpectedAnswerError {
  return new UnexpectedAnswerError(`the host answered ${answer.status} with ${quoted(answer)}: it is not PostHog`);
}
