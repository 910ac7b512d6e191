import type { JsonObject } from '@sluice/core/adapter';
import type { ReceivedEvent } from '../received-event.js';
import { integerColumn, numberColumn, rawColumn, textColumn } from './json-column.js';

/** A row of PostHog's table `ai_events`, with the columns that the pages read. */
export interface AiRow {
  readonly uuid: string;
  readonly event: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly distinctId: string;
  /** Without the content. */
  readonly properties: JsonObject;
  /** Empty for an event without one: it is on no page of traces. */
  readonly traceId: string;
  readonly sessionId: string | null;
  readonly parentId: string | null;
  readonly spanId: string | null;
  readonly generationId: string | null;
  readonly spanName: string | null;
  readonly traceName: string | null;
  readonly model: string | null;
  readonly provider: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly inputCostUsd: number | null;
  readonly outputCostUsd: number | null;
  readonly totalCostUsd: number | null;
  /** In seconds. */
  readonly latency: number | null;
  /** In seconds. */
  readonly timeToFirstToken: number | null;
  readonly isError: boolean;
  readonly error: string | null;
  readonly content: Content;
}

/** JSON texts. */
interface Content {
  readonly input: string | null;
  readonly output: string | null;
  readonly outputChoices: string | null;
  readonly inputState: string | null;
  readonly outputState: string | null;
  readonly tools: string | null;
}

/** Where each part of the content comes from. Source: PostHog, `posthog/models/ai_events/sql.py`, `HEAVY_AI_PROPERTIES`. */
const CONTENT_PROPERTIES: Readonly<Record<keyof Content, string>> = {
  input: '$ai_input',
  output: '$ai_output',
  outputChoices: '$ai_output_choices',
  inputState: '$ai_input_state',
  outputState: '$ai_output_state',
  tools: '$ai_tools',
};

/** The row of an event that PostHog has processed. Source: PostHog, `posthog/models/ai_events/sql.py`, the view. */
export function aiRow({ uuid, event, timestamp, distinctId, properties: all }: ReceivedEvent): AiRow {
  const content = (part: keyof Content) => rawColumn(all[CONTENT_PROPERTIES[part]]);
  return {
    uuid,
    event,
    timestamp,
    distinctId,
    properties: withoutContent(all),
    traceId: textColumn(all['$ai_trace_id']) ?? '',
    sessionId: textColumn(all['$ai_session_id']),
    parentId: textColumn(all['$ai_parent_id']),
    spanId: textColumn(all['$ai_span_id']),
    generationId: textColumn(all['$ai_generation_id']),
    spanName: textColumn(all['$ai_span_name']),
    traceName: textColumn(all['$ai_trace_name']),
    model: textColumn(all['$ai_model']),
    provider: textColumn(all['$ai_provider']),
    inputTokens: integerColumn(all['$ai_input_tokens']),
    outputTokens: integerColumn(all['$ai_output_tokens']),
    inputCostUsd: numberColumn(all['$ai_input_cost_usd']),
    outputCostUsd: numberColumn(all['$ai_output_cost_usd']),
    totalCostUsd: numberColumn(all['$ai_total_cost_usd']),
    latency: numberColumn(all['$ai_latency']),
    timeToFirstToken: numberColumn(all['$ai_time_to_first_token']),
    // Anything but `true` and the text "true" is no error.
    isError: all['$ai_is_error'] === true || all['$ai_is_error'] === 'true',
    error: textColumn(all['$ai_error']),
    content: {
      input: content('input'),
      output: content('output'),
      outputChoices: content('outputChoices'),
      inputState: content('inputState'),
      outputState: content('outputState'),
      tools: content('tools'),
    },
  };
}

/**
 * The properties that the table `events` keeps of an `$ai_*` event. Source: PostHog,
 * `nodejs/src/ingestion/pipelines/ai/steps/split-ai-events-step.ts`.
 */
export function withoutContent(properties: JsonObject): JsonObject {
  const names = Object.values(CONTENT_PROPERTIES);
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}
