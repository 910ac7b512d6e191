import type { JsonObject } from '@sluice/core/adapter';
import { isJsonObject, textAt } from './json-shape.js';
import type { Lane } from './lane.js';
import type { ReceivedEvent } from './received-event.js';
import { AnswerError, jsonAnswer } from './simulator-answer.js';
import { storedTimestamp, UUID } from './stored-timestamp.js';

export interface V1Result {
  readonly uuid: string;
  /** The event, or why PostHog drops it. */
  readonly outcome:
    | { readonly kind: 'stored'; readonly event: ReceivedEvent; readonly details?: string }
    | { readonly kind: 'drop'; readonly details: string };
}

const MAX_BYTES = 200;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const REQUIRED_HEADERS = [
  'posthog-sdk-info',
  'posthog-attempt',
  'posthog-request-id',
  'posthog-request-timestamp',
  'content-type',
  'user-agent',
];
/** PostHog stores their events without a person: https://github.com/PostHog/posthog/pull/60352 */
const ILLEGAL_DISTINCT_IDS = new Set(
  '0|00000000-0000-0000-0000-000000000000|[object object]|anonymous|anonymous-user|backend|distinct_id|distinctid|email|false|guest|id|nan|none|not_authenticated|null|system|true|undefined|user'.split(
    '|',
  ),
);

export function v1Refusal(status: number, tag: string): AnswerError {
  const error_uri = 'https://posthog.com/docs/api/capture';
  return new AnswerError(jsonAnswer(status, { error: tag, error_description: tag.replaceAll('_', ' '), error_uri }));
}

/** Returns the required headers. */
export function requireV1Headers<T extends Readonly<Record<string, unknown>>>(headers: T): T {
  if (REQUIRED_HEADERS.some((name) => (headers[name] ?? '') === '')) throw v1Refusal(400, 'missing_required_headers');
  if (!Number.isInteger(Number(headers['posthog-attempt'])) || !UUID.test(String(headers['posthog-request-id']))) {
    throw v1Refusal(400, 'invalid_header_value');
  }
  if (!/^application\/json\b/i.test(String(headers['content-type']))) throw v1Refusal(415, 'unsupported_content_type');
  return headers;
}

/** Replaces the text of a v0 refusal by a v1 tag. */
export function inV1Words<T>(tag: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof AnswerError ? v1Refusal(error.answer.status, tag) : error;
  }
}

interface V1Context {
  readonly nowMs: number;
  /** How far the client's clock is behind. */
  readonly skewMs: number;
  readonly lane: Lane;
}

/** The result for each event of a request to v1. */
export function v1Results(body: unknown, context: V1Context): readonly V1Result[] {
  if (!isJsonObject(body)) throw v1Refusal(400, 'request_parsing_error');
  const { batch, created_at: createdAt } = body;
  if (typeof createdAt !== 'string' || !RFC_3339.test(createdAt)) throw v1Refusal(400, 'invalid_batch');
  if (!Array.isArray(batch)) throw v1Refusal(400, 'request_parsing_error');
  if (batch.length === 0) throw v1Refusal(400, 'empty_batch');
  const historical = body['historical_migration'] === true;
  const seen = new Set<string>();
  return batch.map((event: unknown) => {
    if (!isJsonObject(event)) throw v1Refusal(400, 'request_parsing_error');
    const uuid = typeof event['uuid'] === 'string' ? event['uuid'].toLowerCase() : '';
    if (!UUID.test(uuid)) throw v1Refusal(400, uuid === '' ? 'missing_event_uuid' : 'invalid_event_uuid');
    if (seen.has(uuid)) throw v1Refusal(400, 'duplicate_event_uuid');
    seen.add(uuid);
    const details = dropReason(event, context.lane);
    if (details !== undefined) return { uuid, outcome: { kind: 'drop', details } };
    const stored = storedEvent(event, { ...context, uuid, historical });
    if (!ILLEGAL_DISTINCT_IDS.has(stored.distinctId.toLowerCase()))
      return { uuid, outcome: { kind: 'stored', event: stored } };
    const personless = { ...stored, properties: { ...stored.properties, $process_person_profile: false } };
    return { uuid, outcome: { kind: 'stored', event: personless, details: 'person_processing_disabled' } };
  });
}

function dropReason(event: JsonObject, lane: Lane): string | undefined {
  const { event: name, distinct_id: distinctId, timestamp, properties } = event;
  if (name === '$performance_event') return 'dropped_performance_event';
  if (typeof name !== 'string' || name === '') return 'missing_event_name';
  if (Buffer.byteLength(name) > MAX_BYTES) return 'event_name_too_long';
  if (typeof distinctId !== 'string' || distinctId.trim() === '') return 'missing_distinct_id';
  if (Buffer.byteLength(distinctId.trim()) > MAX_BYTES) return 'distinct_id_too_large';
  if (typeof timestamp !== 'string' || !RFC_3339.test(timestamp)) return 'invalid_event_timestamp';
  if (!isJsonObject(properties)) return 'malformed_event_properties';
  if (event['options'] !== undefined && !isJsonObject(event['options'])) return 'invalid_options';
  if (!lane.takes(name)) return 'misrouted_event';
  return lane.bytesOf(event) > lane.limits.maxEventBytes ? lane.tooBig : undefined;
}

/** v1 moves the options and the session into the properties, where the rest of PostHog expects them. */
function storedEvent(
  event: JsonObject,
  { uuid, nowMs, skewMs, historical }: V1Context & { readonly uuid: string; readonly historical: boolean },
): ReceivedEvent {
  const { properties, options, session_id: sessionId } = event;
  const profile = isJsonObject(options) ? options['process_person_profile'] : undefined;
  const isSkewOff = isJsonObject(options) && options['disable_skew_correction'] === true;
  return {
    event: textAt(event, 'event'),
    distinctId: textAt(event, 'distinct_id').trim(),
    uuid,
    timestamp: storedTimestamp(textAt(event, 'timestamp'), nowMs, isSkewOff ? 0 : skewMs),
    properties: {
      ...(isJsonObject(properties) ? properties : {}),
      ...(sessionId === undefined ? {} : { $session_id: sessionId }),
      ...(profile === undefined ? {} : { $process_person_profile: profile }),
    },
    protocol: 'v1',
    historical,
  };
}
