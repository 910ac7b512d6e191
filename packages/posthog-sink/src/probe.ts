import {
  RefusedError,
  TransientError,
  UnexpectedAnswerError,
  type AdapterContext,
  type Instant,
} from '@sluice/core/adapter';
import type { Protocol } from './encode-event.js';
import { isHtml, isRedirect, jsonObject, quoted, type HttpAnswer } from '@sluice/adapter-kit';
import type { PosthogApi } from './posthog-api.js';
import { hashUuid } from './hash-uuid.js';
import { PATHS, v1Headers, type Route } from './posthog-request.js';
import { statusError } from './status-error.js';

const JSON_BODY = { 'content-type': 'application/json' };

/** Whether the host knows the project key. `unknown` is no failure: many hosts that take events do not say. */
export type KeyFinding = 'known' | 'refused' | 'unknown';

/** Asks for the project's public settings: that creates nothing and costs nothing. */
export function probeSettings(api: PosthogApi, signal: AbortSignal | undefined): Promise<HttpAnswer> {
  return api.get(`/array/${encodeURIComponent(api.key)}/config.js`, { signal });
}

/**
 * A 404 to the settings says too little: a self-hosted server without token validation answers 401 to an unknown key
 * only at the flags. They come second, because they may be charged for a known key.
 */
export async function probeKey(api: PosthogApi, signal: AbortSignal | undefined): Promise<HttpAnswer> {
  const settings = await probeSettings(api, signal);
  if (settings.status !== 404) return settings;
  const body = JSON.stringify({ token: api.key, distinct_id: 'sluice-key-probe', geoip_disable: true });
  return api.post('/flags/?v=2', { headers: JSON_BODY, body, signal });
}

/** Sends a batch without events: v1 refuses it in a way that only v1 does, and no server counts an event. */
export function probeProtocol(
  api: PosthogApi,
  { runtime, userAgent }: AdapterContext,
  signal: AbortSignal | undefined,
  route: Route = 'ordinary',
): Promise<HttpAnswer> {
  const now = runtime.now();
  const requestId = hashUuid(`probe ${now}`);
  return api.post(PATHS[route].v1, {
    headers: { ...JSON_BODY, ...v1Headers({ key: api.key, userAgent, now, requestId, attempt: 1 }) },
    body: JSON.stringify({ created_at: new Date(now).toISOString(), batch: [] }),
    signal,
  });
}

/** Sends a batch without events to where v0 takes them: every server refuses or ignores it, and none counts an event. */
export function probeBatch(
  api: PosthogApi,
  signal: AbortSignal | undefined,
  route: Route = 'ordinary',
): Promise<HttpAnswer> {
  const body = JSON.stringify({ api_key: api.key, batch: [] });
  return api.post(PATHS[route].v0, { headers: JSON_BODY, body, signal });
}

/**
 * The protocol of the host's route for large AI events, newest first; undefined if it has none in the protocols that a run
 * may use. Sends a batch without events. Only an answer that is clearly PostHog's counts: behind any other, a large event
 * would be lost.
 */
export async function probeAiRoute(
  api: PosthogApi,
  adapter: AdapterContext,
  protocol: Protocol,
  signal: AbortSignal | undefined,
): Promise<Protocol | undefined> {
  if (protocol === 'v1' && hasV1Tag(await probeProtocol(api, adapter, signal, 'ai'))) return 'v1';
  const answer = await probeBatch(api, signal, 'ai');
  return answer.status === 400 && !isHtml(answer) ? 'v0' : undefined;
}

/**
 * Pure: whether the answer to an empty v0 batch can be PostHog's, which answers 200, or 400 without a page. Throws the
 * errors of the contracts when it cannot.
 */
export function assertTakesBatches(answer: HttpAnswer, now: Instant): void {
  if (answer.status >= 200 && answer.status < 300 && isHtml(answer)) throw notPosthog(answer);
  const isFine = answer.status === 400 ? !isHtml(answer) : answer.status >= 200 && answer.status < 300;
  if (!isFine) throw statusError(answer, now);
}

/**
 * Pure. Only a 401 refuses a key: a 404 may come from a server without such a page. A redirect, or an HTML page with
 * status 200 or 401, is not PostHog.
 */
export function keyFinding(answer: HttpAnswer, now: Instant): KeyFinding {
  if (isRedirect(answer)) throw statusError(answer, now);
  if (answer.status === 401 && isHtml(answer)) {
    throw new RefusedError(
      'restricted',
      'a server in front of PostHog answered 401 with an HTML page: it asks for a login',
    );
  }
  if (answer.status === 401) return 'refused';
  if (answer.status < 200 || answer.status >= 300) return 'unknown';
  if (isHtml(answer)) throw notPosthog(answer);
  return /_POSTHOG_REMOTE_CONFIG|"(flags|featureFlags)":/.test(answer.body) ? 'known' : 'unknown';
}

export function keyRefused(): RefusedError {
  return new RefusedError(
    'credentials',
    'PostHog does not know the project key at this host: use the project API key (phc_) and the host of its region',
  );
}

/**
 * Pure: the protocol that the answer to an empty v1 batch shows. It is v1 only when the answer has one of v1's own
 * error tags; a server that answers "ok" to everything is v0.
 */
export function protocolFinding(answer: HttpAnswer, now: Instant): Protocol {
  if (isRedirect(answer)) throw statusError(answer, now);
  if (hasV1Tag(answer)) {
    if (answer.status === 401) throw keyRefused();
    return 'v1';
  }
  // A gateway without PostHog behind it, or one that limits requests: the answer is not PostHog's.
  if ([408, 429, 502, 503, 504].includes(answer.status)) throw statusError(answer, now);
  if (!isHtml(answer)) return 'v0';
  // Many simple servers and proxies answer an unknown path with an HTML page.
  if ([404, 405, 415, 501].includes(answer.status)) return 'v0';
  if (answer.status >= 500) throw new TransientError(`the host answered ${answer.status} with an HTML page`);
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

function hasV1Tag(answer: HttpAnswer): boolean {
  const tag = jsonObject(answer)?.['error'];
  return answer.status >= 400 && typeof tag === 'string' && V1_TAGS.has(tag);
}

function notPosthog(answer: HttpAnswer): UnexpectedAnswerError {
  return new UnexpectedAnswerError(`the host answered ${answer.status} with ${quoted(answer)}: it is not PostHog`);
}
