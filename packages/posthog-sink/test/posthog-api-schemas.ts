import type { JsonObject } from '@sluice/core/adapter';

/** One request of PostHog's API and its answers by status, as JSON Schemas (2020-12). */
interface ApiDescription {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Names in lower case. */
  readonly requiredHeaders: readonly string[];
  readonly request: JsonObject;
  readonly answers: Readonly<Record<number, JsonObject>>;
}

const UUID: JsonObject = {
  type: 'string',
  pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
};
const RFC_3339: JsonObject = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$',
};
const PROJECT_KEY: JsonObject = { type: 'string', pattern: '^(?!phx_)[\\x01-\\x7f]{1,64}$' };
const NOT_BLANK: JsonObject = { type: 'string', pattern: '[^\\s]' };

/** A text: v0 speaks `text/plain`. */
const V0_REFUSAL: JsonObject = { type: 'string', minLength: 1 };

const V0_EVENT: JsonObject = {
  type: 'object',
  required: ['event', 'distinct_id'],
  properties: {
    event: { type: 'string', minLength: 1 },
    distinct_id: NOT_BLANK,
    uuid: UUID,
    timestamp: { type: 'string' },
    properties: { type: 'object', properties: { $cookieless_mode: { type: 'boolean' } } },
    $set: { type: 'object' },
    $set_once: { type: 'object' },
  },
};

/** Source: PostHog, `rust/capture`, v0. */
const V0_BATCH: ApiDescription = {
  method: 'POST',
  path: '/batch/',
  requiredHeaders: [],
  request: {
    type: 'object',
    required: ['api_key', 'batch'],
    properties: {
      api_key: PROJECT_KEY,
      historical_migration: { type: 'boolean' },
      sent_at: { type: 'string' },
      batch: { type: 'array', minItems: 1, items: V0_EVENT },
    },
  },
  answers: {
    200: { type: 'object', required: ['status'], properties: { status: { enum: ['Ok', 1] } } },
    400: V0_REFUSAL,
    401: V0_REFUSAL,
    413: V0_REFUSAL,
  },
};

const V1_REFUSAL: JsonObject = {
  type: 'object',
  required: ['error', 'error_description'],
  properties: {
    error: { type: 'string', pattern: '^[a-z_]+$' },
    error_description: { type: 'string' },
    error_uri: { type: 'string' },
  },
};

const V1_EVENT: JsonObject = {
  type: 'object',
  required: ['event', 'uuid', 'distinct_id', 'timestamp', 'properties'],
  properties: {
    event: { type: 'string', minLength: 1 },
    uuid: UUID,
    distinct_id: NOT_BLANK,
    timestamp: RFC_3339,
    session_id: { type: 'string' },
    window_id: { type: 'string' },
    options: {
      type: 'object',
      properties: {
        cookieless_mode: { type: 'boolean' },
        disable_skew_correction: { type: 'boolean' },
        process_person_profile: { type: 'boolean' },
        product_tour_id: { type: 'string' },
      },
    },
    properties: { type: 'object' },
  },
};

const V1_RESULT: JsonObject = {
  type: 'object',
  required: ['result'],
  properties: { result: { enum: ['ok', 'warning', 'drop', 'retry'] }, details: { type: 'string' } },
};

/** Source: PostHog, `rust/capture/src/v1`. A request that it describes gets 200 and `ok` for every event. */
const V1_EVENTS: ApiDescription = {
  method: 'POST',
  path: '/i/v1/analytics/events',
  requiredHeaders: [
    'authorization',
    'content-type',
    'user-agent',
    'posthog-sdk-info',
    'posthog-attempt',
    'posthog-request-id',
    'posthog-request-timestamp',
  ],
  request: {
    type: 'object',
    required: ['created_at', 'batch'],
    properties: {
      created_at: RFC_3339,
      historical_migration: { type: 'boolean' },
      batch: { type: 'array', minItems: 1, items: V1_EVENT },
    },
  },
  answers: {
    200: {
      type: 'object',
      required: ['results'],
      properties: { results: { type: 'object', additionalProperties: V1_RESULT } },
    },
    400: V1_REFUSAL,
    401: V1_REFUSAL,
    413: V1_REFUSAL,
    415: V1_REFUSAL,
  },
};

/** Every request that the sink makes for events. */
export const POSTHOG_API: Readonly<Record<'v0' | 'v1', ApiDescription>> = { v0: V0_BATCH, v1: V1_EVENTS };
