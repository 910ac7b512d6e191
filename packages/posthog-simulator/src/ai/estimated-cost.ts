import type { JsonObject } from '@sluice/core/adapter';
import { textAt } from '../json-shape.js';
import type { TokenPrices } from './model-prices.js';
import { decimalSum, finiteNumber } from './finite-number.js';

const COMPONENTS = ['$ai_input_cost_usd', '$ai_output_cost_usd', '$ai_request_cost_usd', '$ai_web_search_cost_usd'];
const INPUT_COUNTS = ['$ai_input_tokens', '$ai_cache_read_input_tokens', '$ai_cache_creation_input_tokens'];
const OUTPUT_COUNTS = ['$ai_output_tokens', '$ai_reasoning_tokens'];

/**
 * Adds the costs by price that an event does not have. A cost that was sent stays, a side without a token count stays
 * unknown, and an event without any count or cost stays without a cost. Source: PostHog,
 * `nodejs/src/ingestion/pipelines/ai/costs/index.ts`, `setCostsOnEvent`, and `input-costs.ts`. Prices of requests, web
 * searches, sound, images, and of reasoning and long contexts are not in it.
 */
export function withEstimatedCost(properties: JsonObject, prices: TokenPrices): JsonObject {
  const has = (names: readonly string[]) => names.some((name) => finiteNumber(properties[name]) !== undefined);
  const [hasInput, hasOutput] = [has(INPUT_COUNTS), has(OUTPUT_COUNTS)];
  if (!hasInput && !hasOutput && !has([...COMPONENTS, '$ai_total_cost_usd'])) return properties;
  const exclusive = isCacheApart(properties);
  const outputTokens = finiteNumber(properties['$ai_output_tokens']) ?? 0;
  const costs: JsonObject = {
    ...(hasInput && { $ai_input_cost_usd: inputCost(properties, prices, exclusive) }),
    ...(hasOutput && { $ai_output_cost_usd: outputTokens * prices.output }),
    $ai_request_cost_usd: 0,
    $ai_web_search_cost_usd: 0,
  };
  const estimated: JsonObject = {
    ...costs,
    ...properties,
    ...(hasInput && { $ai_cache_reporting_exclusive: exclusive }),
  };
  const total = decimalSum(COMPONENTS.map((name) => finiteNumber(estimated[name]) ?? 0));
  return { $ai_total_cost_usd: total, ...estimated };
}

/** Whether the input tokens leave out those of the cache: as the event says, else for Anthropic, else as the counts say. */
function isCacheApart(properties: JsonObject): boolean {
  const said = properties['$ai_cache_reporting_exclusive'];
  if (typeof said === 'boolean') return said;
  const { input, read, written } = inputCounts(properties);
  return isAnthropic(properties) || input < read + written;
}

function inputCost(properties: JsonObject, { input: price }: TokenPrices, exclusive: boolean): number {
  const { input, read, written } = inputCounts(properties);
  const plain = input - (exclusive ? 0 : read + written);
  const [readShare, writeShare] = isAnthropic(properties) ? [0.1, 1.25] : [0.5, 1];
  return decimalSum([plain * price, read * readShare * price, written * writeShare * price]);
}

function inputCounts(properties: JsonObject): {
  readonly input: number;
  readonly read: number;
  readonly written: number;
} {
  const [input = 0, read = 0, written = 0] = INPUT_COUNTS.map((name) => finiteNumber(properties[name]) ?? 0);
  return { input, read, written };
}

function isAnthropic(properties: JsonObject): boolean {
  const model = textAt(properties, '$ai_model').toLowerCase();
  const isProvider = textAt(properties, '$ai_provider').toLowerCase() === 'anthropic';
  return isProvider || model.includes('anthropic') || model.startsWith('claude');
}
