import type { KnownName } from '@sluice/core/sink';

const text: KnownName = { type: 'text' };
const number: KnownName = { type: 'number' };
const boolean: KnownName = { type: 'boolean' };
const json: KnownName = { type: 'json' };
const usd: KnownName = { type: 'number', unit: 'usd' };
const seconds: KnownName = { type: 'number', unit: 's' };
const tokens: KnownName = { type: 'number', unit: 'tokens' };

/** The properties of PostHog's AI events: https://posthog.com/docs/ai-observability/generations and the pages beside it. */
export const AI_PROPERTIES: Readonly<Record<string, KnownName>> = {
  $ai_trace_id: text,
  $ai_session_id: text,
  $ai_span_id: text,
  $ai_parent_id: text,
  $ai_generation_id: text,
  $ai_span_name: text,
  $ai_span_type: text,
  $ai_trace_name: text,
  $ai_framework: text,
  $ai_model: text,
  $ai_model_parameters: json,
  $ai_provider: text,
  $ai_input_tokens: tokens,
  $ai_output_tokens: tokens,
  $ai_total_tokens: tokens,
  $ai_cache_read_input_tokens: tokens,
  $ai_cache_creation_input_tokens: tokens,
  $ai_cache_creation_5m_input_tokens: tokens,
  $ai_cache_creation_1h_input_tokens: tokens,
  $ai_reasoning_tokens: tokens,
  $ai_cache_reporting_exclusive: boolean,
  $ai_latency: seconds,
  $ai_time_to_first_token: seconds,
  $ai_input_cost_usd: usd,
  $ai_output_cost_usd: usd,
  $ai_request_cost_usd: usd,
  $ai_web_search_cost_usd: usd,
  $ai_total_cost_usd: usd,
  $ai_cost_passthrough: boolean,
  $ai_http_status: number,
  $ai_base_url: text,
  $ai_request_url: text,
  $ai_temperature: number,
  $ai_max_tokens: number,
  $ai_stream: boolean,
  $ai_stop_reason: text,
  $ai_is_error: boolean,
  $ai_prompt_name: text,
  $ai_prompt_version: text,
  $ai_input: json,
  $ai_output_choices: json,
  $ai_input_state: json,
  $ai_output_state: json,
  $ai_tools: json,
  $ai_metric_name: text,
  $ai_metric_value: text,
  $ai_feedback_text: text,
};
