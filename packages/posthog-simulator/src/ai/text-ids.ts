import type { JsonObject } from '@sluice/core/adapter';

const ID_PROPERTIES = ['$ai_trace_id', '$ai_parent_id', '$ai_span_id', '$ai_generation_id', '$ai_session_id'];

/**
 * Makes texts of ids that are numbers or booleans, and leaves out those that are lists or maps. Source: PostHog,
 * `nodejs/src/ingestion/pipelines/ai/process-ai-event.ts`, `normalizeTraceProperties`.
 */
export function withTextIds(properties: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => {
      if (!ID_PROPERTIES.includes(name) || value === null) return [[name, value]];
      return typeof value === 'object' ? [] : [[name, String(value)]];
    }),
  );
}
