import type { Instant } from '@sluice/core/adapter';
import type { SinkRequest } from '@sluice/core/sink';
import { copyEvents } from '@sluice/core/text';
import type { Protocol } from './encode-event.js';
import { hashUuid } from './hash-uuid.js';
import { MASKED_KEY } from './project-key.js';
import { sentOnce } from './sent-event.js';

/** PostHog takes AI events that are too large for the ordinary route, and nothing else, on the route `ai`. */
export type Route = 'ordinary' | 'ai';

/** A request without its body: the same in every attempt. */
export interface PosthogRequest extends SinkRequest {
  readonly protocol: Protocol;
  readonly route: Route;
  /** Tells PostHog that the events are old: it detects no spikes and charges no standard fees. */
  readonly historical: boolean;
  readonly createdAt: Instant;
}

const COMMA = 0x2c;
const END = Buffer.from(']}');

export const PATHS: Readonly<Record<Route, Readonly<Record<Protocol, string>>>> = {
  // With the slash: behind some proxies `/batch` redirects, and a redirected POST arrives empty.
  ordinary: { v0: '/batch/', v1: '/i/v1/analytics/events' },
  ai: { v0: '/i/v0/ai/batch/', v1: '/i/v1/ai/events' },
};

/**
 * Without `sent_at`: PostHog would shift every timestamp by the duration of the request. `take` gives a buffer of at least
 * so many bytes.
 */
export function requestBody(
  request: PosthogRequest,
  key: string,
  take: (bytes: number) => Buffer = (bytes) => Buffer.allocUnsafe(bytes),
): Buffer {
  const { protocol, historical, createdAt } = request;
  const events = sentOnce(request.events);
  const first =
    protocol === 'v0' ? `"api_key":${JSON.stringify(key)}` : `"created_at":"${new Date(createdAt).toISOString()}"`;
  const start = Buffer.from(`{${first},${historical ? '"historical_migration":true,' : ''}"batch":[`);
  const body = take(events.reduce((sum, { bytes }) => sum + bytes + 1, start.length + END.length));
  const at = copyEvents(events, COMMA, body, start.copy(body));
  return body.subarray(0, at + END.copy(body, at));
}

export interface HeaderContext {
  readonly key: string;
  readonly userAgent: string;
  readonly gzip: boolean;
  readonly attempt: number;
  readonly now: Instant;
}

export function requestHeaders(request: PosthogRequest, context: HeaderContext): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': context.userAgent,
    ...(context.gzip ? { 'content-encoding': 'gzip' } : {}),
    ...(request.protocol === 'v1' ? v1Headers({ ...context, requestId: requestId(request) }) : {}),
  };
}

export function v1Headers(
  context: Omit<HeaderContext, 'gzip'> & { readonly requestId: string },
): Record<string, string> {
  return {
    authorization: `Bearer ${context.key}`,
    'posthog-sdk-info': context.userAgent,
    'posthog-attempt': String(context.attempt),
    'posthog-request-id': context.requestId,
    'posthog-request-timestamp': new Date(context.now).toISOString(),
  };
}

/** The same in every attempt of a request, as in PostHog's own clients. */
function requestId({ createdAt, events }: PosthogRequest): string {
  const parts = [String(createdAt), ...events.map(({ uuid }) => uuid)];
  return hashUuid(parts.join(''));
}

/** The headers and body that `preview` shows: as sent, except for the key. */
export function maskedRequest(request: PosthogRequest, context: Omit<HeaderContext, 'key' | 'attempt' | 'now'>) {
  const headers = requestHeaders(request, { ...context, key: MASKED_KEY, attempt: 1, now: request.createdAt });
  return { headers, body: requestBody(request, MASKED_KEY) };
}
