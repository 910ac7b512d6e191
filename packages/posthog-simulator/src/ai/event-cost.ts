import type { JsonObject } from '@sluice/core/adapter';
import { textAt } from '../json-shape.js';
import { withEstimatedCost } from './estimated-cost.js';
import { decimalSum, finiteNumber } from './finite-number.js';
import { pricedModel, type ModelPrices } from './model-prices.js';

const SENT_COSTS = [
  '$ai_input_cost_usd',
  '$ai_output_cost_usd',
  '$ai_request_cost_usd',
  '$ai_web_search_cost_usd',
  '$ai_total_cost_usd',
];

/**
 * The costs of a generation or embedding, by the first rule that holds:
 *
 * 1. input and output cost are sent, neither of them zero: they stay, and the total is the sent one or their sum;
 * 2. `$ai_cost_passthrough` is true and a total is sent, zero included: the total stays, nothing is estimated;
 * 3. `$ai_input_token_price` and `$ai_output_token_price` are sent: what is missing is computed with them;
 * 4. the model has a price: what is missing is estimated with it.
 *
 * A cost that is no number counts as not sent. Source: PostHog, `nodejs/src/ingestion/pipelines/ai/costs/index.ts`,
 * `processCost`; servers before 2026 do not know rule 2.
 */
export function withCost(sent: JsonObject, prices: ModelPrices): JsonObject {
  const properties = withNumericCosts(sent);
  const [input, output, request, search, total] = SENT_COSTS.map((name) => finiteNumber(properties[name]) ?? 0);
  if (isGiven(input) && isGiven(output)) {
    const sum = decimalSum([input, output, request ?? 0, search ?? 0]);
    return {
      ...properties,
      $ai_total_cost_usd: isGiven(total) ? total : sum,
      $ai_cost_model_source: 'passthrough',
    };
  }
  const passthrough = properties['$ai_cost_passthrough'];
  if ((passthrough === true || passthrough === 'true') && properties['$ai_total_cost_usd'] !== undefined) {
    return { ...properties, $ai_cost_model_source: 'passthrough' };
  }
  const inputPrice = finiteNumber(properties['$ai_input_token_price']);
  const outputPrice = finiteNumber(properties['$ai_output_token_price']);
  if (inputPrice !== undefined && outputPrice !== undefined) {
    return {
      ...withEstimatedCost(properties, { input: inputPrice, output: outputPrice }),
      ...costModel('custom', 'custom', 'custom'),
    };
  }
  const known = pricedModel(textAt(properties, '$ai_model'), prices);
  const price = known === undefined ? undefined : prices[known];
  if (known === undefined || price === undefined) return properties;
  return {
    ...withEstimatedCost(properties, price),
    ...costModel('openrouter', known, textAt(properties, '$ai_provider') || 'default'),
  };
}

function withNumericCosts(properties: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => {
      if (!SENT_COSTS.includes(name)) return [[name, value]];
      const number = finiteNumber(value);
      return number === undefined ? [] : [[name, number]];
    }),
  );
}

function isGiven(cost: number | undefined): cost is number {
  return cost !== undefined && cost !== 0;
}

function costModel(source: string, model: string, provider: string): JsonObject {
  return { $ai_cost_model_source: source, $ai_model_cost_used: model, $ai_cost_model_provider: provider };
}
