import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import { isJsonObject } from '../json-shape.js';

const TOKEN_PROPERTIES = [
  '$ai_input_tokens',
  '$ai_output_tokens',
  '$ai_reasoning_tokens',
  '$ai_cache_read_input_tokens',
  '$ai_cache_creation_input_tokens',
  '$ai_cache_creation_5m_input_tokens',
  '$ai_cache_creation_1h_input_tokens',
];

/** What PostHog tells the project in its list of ingestion warnings. */
export interface AiIngestionWarning {
  readonly type: 'invalid_ai_token_property';
  readonly event: string;
  readonly property: string;
}

/**
 * Takes the `total` of a token count that is a map, and replaces a count that is no number by null, with a warning. Source:
 * PostHog, `nodejs/src/ingestion/pipelines/ai/steps/validate-ai-event-tokens.ts`.
 */
export function withTokenCounts(properties: JsonObject, warn: (property: string) => void): JsonObject {
  const counts = TOKEN_PROPERTIES.flatMap((name): readonly (readonly [string, JsonValue])[] => {
    const value = properties[name];
    if (value === undefined) return [];
    const count = isJsonObject(value) && value['total'] !== undefined ? value['total'] : value;
    if (isCount(count)) return [[name, count]];
    warn(name);
    return [[name, null]];
  });
  return { ...properties, ...Object.fromEntries(counts) };
}

function isCount(value: JsonValue): boolean {
  return value === null || typeof value === 'number' || (typeof value === 'string' && Number.isFinite(Number(value)));
}
