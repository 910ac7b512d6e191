import type { ReceivedEvent } from '../received-event.js';
import { isCosted } from './ai-event-names.js';
import { withCost } from './event-cost.js';
import type { ModelPrices } from './model-prices.js';
import { withLiftedParameters } from './model-parameters.js';
import { withTextIds } from './text-ids.js';
import { withTokenCounts, type AiIngestionWarning } from './token-counts.js';

/**
 * What PostHog makes of an `$ai_*` event before it stores it. Source: PostHog,
 * `nodejs/src/ingestion/pipelines/ai/process-ai-event.ts`. The names of tools that were called and the text by which errors
 * are grouped (`$ai_error_normalized`) are not added here.
 */
export function processAiEvent(
  event: ReceivedEvent,
  prices: ModelPrices,
  warn: (warning: AiIngestionWarning) => void,
): ReceivedEvent {
  const counted = withTokenCounts(event.properties, (property) =>
    warn({ type: 'invalid_ai_token_property', event: event.event, property }),
  );
  const properties = withTextIds(counted);
  if (!isCosted(event.event)) return { ...event, properties };
  return { ...event, properties: withLiftedParameters(withCost(properties, prices)) };
}
