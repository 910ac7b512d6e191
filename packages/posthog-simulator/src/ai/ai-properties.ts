/** What PostHog's documentation and code say of a property of `$ai_*` events. */
export interface AiProperty {
  readonly type: 'text' | 'number' | 'id' | 'count' | 'usd' | 'seconds' | 'boolean' | 'map' | 'content' | 'text or map';
  /** The events on which PostHog reads it; absent: all of them. */
  readonly on?: readonly string[];
  /** Without it, the event is on no page. */
  readonly isRequired?: boolean;
}

const CALLS = ['$ai_generation', '$ai_embedding', '$ai_evaluation'];
const STEPS = [...CALLS, '$ai_span'];
const NAMED = [...STEPS, '$ai_trace'];
const count: AiProperty = { type: 'count', on: CALLS };
const usd: AiProperty = { type: 'usd', on: CALLS };
const generationText: AiProperty = { type: 'text', on: ['$ai_generation'] };
const stepText: AiProperty = { type: 'text', on: STEPS };
const EVALUATION = ['$ai_evaluation'];
const evaluationText: AiProperty = { type: 'text', on: EVALUATION };

/**
 * Sources: PostHog, `docs/onboarding/ai-observability/_snippets/{generation,trace,span}-event.tsx` for types and units,
 * `posthog/models/ai_events/sql.py` for columns, `posthog/hogql_queries/ai/trace_query_runner.py` for what is read where;
 * metrics and feedback: posthog-js, `captureTraceMetric` and `captureTraceFeedback`.
 */
export const AI_PROPERTIES: Readonly<Record<string, AiProperty>> = {
  $ai_trace_id: { type: 'id', isRequired: true },
  $ai_session_id: { type: 'id' },
  $ai_span_id: { type: 'id', on: STEPS },
  $ai_generation_id: { type: 'id', on: STEPS },
  $ai_parent_id: { type: 'id', on: STEPS },
  $ai_span_name: { type: 'text', on: NAMED },
  $ai_trace_name: { type: 'text', on: NAMED },
  $ai_span_type: stepText,
  $ai_model: { type: 'text', on: CALLS },
  $ai_provider: { type: 'text', on: CALLS },
  $ai_model_parameters: { type: 'map', on: CALLS },
  $ai_temperature: { type: 'number', on: CALLS },
  $ai_max_tokens: count,
  $ai_stream: { type: 'boolean', on: CALLS },
  $ai_input_tokens: count,
  $ai_output_tokens: count,
  $ai_total_tokens: count,
  $ai_reasoning_tokens: count,
  $ai_cache_read_input_tokens: count,
  $ai_cache_creation_input_tokens: count,
  $ai_cache_creation_5m_input_tokens: count,
  $ai_cache_creation_1h_input_tokens: count,
  $ai_cache_reporting_exclusive: { type: 'boolean', on: CALLS },
  $ai_input_cost_usd: usd,
  $ai_output_cost_usd: usd,
  $ai_request_cost_usd: usd,
  $ai_web_search_cost_usd: usd,
  $ai_total_cost_usd: usd,
  $ai_cost_passthrough: { type: 'boolean', on: CALLS },
  $ai_input_token_price: usd,
  $ai_output_token_price: usd,
  $ai_latency: { type: 'seconds', on: NAMED },
  $ai_time_to_first_token: { type: 'seconds', on: ['$ai_generation'] },
  $ai_is_error: { type: 'boolean' },
  $ai_error: { type: 'text or map' },
  $ai_error_normalized: { type: 'text' },
  $ai_http_status: { type: 'count', on: ['$ai_generation'] },
  $ai_stop_reason: generationText,
  $ai_base_url: generationText,
  $ai_request_url: generationText,
  $ai_tools_called: generationText,
  $ai_prompt_name: generationText,
  $ai_prompt_version: generationText,
  $ai_framework: stepText,
  $ai_input: { type: 'content', on: CALLS },
  $ai_output: { type: 'content', on: CALLS },
  $ai_output_choices: { type: 'content', on: ['$ai_generation'] },
  $ai_tools: { type: 'content', on: ['$ai_generation'] },
  $ai_input_state: { type: 'content', on: ['$ai_trace', '$ai_span'] },
  $ai_output_state: { type: 'content', on: ['$ai_trace', '$ai_span'] },
  $ai_metric_name: { type: 'text', on: ['$ai_metric'], isRequired: true },
  $ai_metric_value: { type: 'text', on: ['$ai_metric'], isRequired: true },
  $ai_evaluation_id: evaluationText,
  $ai_evaluation_name: evaluationText,
  $ai_evaluation_type: evaluationText,
  $ai_evaluation_reasoning: evaluationText,
  $ai_evaluation_result: { type: 'boolean', on: EVALUATION },
  $ai_evaluation_applicable: { type: 'boolean', on: EVALUATION },
  $ai_target_event_id: evaluationText,
  $ai_feedback_text: { type: 'text', on: ['$ai_feedback'], isRequired: true },
};
