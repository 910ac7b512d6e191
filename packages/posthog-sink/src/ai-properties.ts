import type { KnownName } from '@sluice/core/sink';

const text: KnownName = { type: 'text' };
const number: KnownName = { type: 'number' };
const boolean: KnownName = { type: 'boolean' };
const usd: KnownName = { type: 'number', unit: 'usd' };
const seconds: KnownName = { type: 'number', unit: 's' };
const tokens: KnownName = { type: 'number', unit: 'tokens' };

/** PostHog's LLM analytics: https://posthog.com/docs/llm-analytics */
export const AI_PROPERTIES: Readonly<Record<string, KnownName>> = {
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
