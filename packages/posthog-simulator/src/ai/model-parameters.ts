import type { JsonObject } from '@sluice/core/adapter';
import { isJsonObject } from '../json-shape.js';

/**
 * Lifts temperature, stream and the limit of tokens out of `$ai_model_parameters`, if that is a map. Source: PostHog,
 * `nodejs/src/ingestion/pipelines/ai/costs/index.ts`, `extractCoreModelParams`.
 */
export function withLiftedParameters(properties: JsonObject): JsonObject {
  const parameters = properties['$ai_model_parameters'];
  if (!isJsonObject(parameters)) return properties;
  const { temperature, stream, max_tokens: maxTokens = parameters['max_completion_tokens'] } = parameters;
  return {
    ...properties,
    ...(temperature !== undefined && { $ai_temperature: temperature }),
    ...(stream !== undefined && { $ai_stream: stream }),
    ...(maxTokens !== undefined && { $ai_max_tokens: maxTokens }),
  };
}
