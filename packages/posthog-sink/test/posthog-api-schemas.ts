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

/** Source: PostHog, `rust/capture`, `AI_EVENT_NAMES`. */
const AI_NAME: JsonObject = {
  enum: ['$ai_generation', '$ai_embedding', '$ai_span', '$ai_trace', '$ai_metric', '$ai_feedback', '$ai_evaluation'],
};

/** The same request on the route for large AI events, which takes no other events. */
function forAiEvents(api: ApiDescription, path: string, event: JsonObject): ApiDescription {
  const { properties } = event;
  const batch = {
    type: 'array',
    minItems: 1,
    items: { ...event, properties: { ...object(properties), event: AI_NAME } },
  };
  return { ...api, path, request: { ...api.request, properties: { ...object(api.request['properties']), batch } } };
}

function object(value: unknown): JsonObject {
  return Object.fromEntries(Object.entries(value ?? {}));
}

/** Every request that the sink makes for events. */
export const POSTHOG_API: Readonly<Record<'v0' | 'v1', ApiDescription>> = { v0: V0_BATCH, v1: V1_EVENTS };

/** Every request that it makes for large AI events. */
export const POSTHOG_AI_API: Readonly<Record<'v0' | 'v1', ApiDescription>> = {
  v0: forAiEvents(V0_BATCH, '/i/v0/ai/batch/', V0_EVENT),
  v1: forAiEvents(V1_EVENTS, '/i/v1/ai/events', V1_EVENT),
};
