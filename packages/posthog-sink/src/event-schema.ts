import type { EventSchema, KnownName } from '@sluice/core/sink';
import { constantProblem } from './constant-problem.js';

const text: KnownName = { type: 'text' };
const number: KnownName = { type: 'number' };
const boolean: KnownName = { type: 'boolean' };
const usd: KnownName = { type: 'number', unit: 'usd' };
const seconds: KnownName = { type: 'number', unit: 's' };
const tokens: KnownName = { type: 'number', unit: 'tokens' };

/** PostHog's LLM analytics: https://posthog.com/docs/llm-analytics */
const AI_PROPERTIES: Readonly<Record<string, KnownName>> = {
  $ai_trace_id: text,
  $ai_span_id: text,
  $ai_parent_id: text,
  $ai_span_name: text,
  $ai_model: text,
  $ai_provider: text,
  $ai_input_tokens: tokens,
  $ai_output_tokens: tokens,
  $ai_cache_read_input_tokens: tokens,
  $ai_cache_creation_input_tokens: tokens,
  $ai_latency: seconds,
  $ai_input_cost_usd: usd,
  $ai_output_cost_usd: usd,
  $ai_total_cost_usd: usd,
  $ai_http_status: number,
  $ai_base_url: text,
  $ai_request_url: text,
  $ai_temperature: number,
  $ai_max_tokens: number,
  $ai_stream: boolean,
  $ai_is_error: boolean,
};

/** The shape of this sink's events. */
export const posthogEventSchema: EventSchema = {
  fields: {
    distinct_id: {
      kind: 'value',
      type: 'text',
      required: true,
      default: 'event.user ?? event.uuid',
      doc: "The id of the user. For an event without one: the event's own uuid, with `anonymous: true`.",
    },
    anonymous: {
      kind: 'value',
      type: 'boolean',
      required: false,
      default: 'event.user == null',
      doc: 'Whether the event is sent without a person profile, and then without `set`.',
    },
    session_id: {
      kind: 'value',
      type: 'text',
      required: false,
      doc: "PostHog's session id. Sent only when it is a hyphenated UUID.",
    },
    set: {
      kind: 'map',
      nulls: 'omitted',
      known: {},
      doc: "Properties of the person (`$set`). Nulls are left out: they would erase the person's value.",
    },
    properties: {
      kind: 'map',
      nulls: 'kept',
      known: AI_PROPERTIES,
      doc: 'Properties of the event.',
    },
    timestamp: {
      kind: 'value',
      type: 'timestamp',
      required: true,
      default: 'event.time',
      doc: 'When it happened.',
    },
  },
  identity: [
    { field: 'event' },
    { field: 'uuid' },
    { field: 'distinct_id' },
    { field: 'timestamp', precision: 'utcDay' },
  ],
  constantProblem,
};
