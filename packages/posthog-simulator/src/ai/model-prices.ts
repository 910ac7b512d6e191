/** In US dollars for one token. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
}

/** By model, in lower case. */
export type ModelPrices = Readonly<Record<string, TokenPrices>>;

/** A few of PostHog's prices. */
export const MODEL_PRICES: ModelPrices = {
  'gpt-4o': { input: 0.000_002_5, output: 0.000_01 },
  'gpt-4o-mini': { input: 0.000_000_15, output: 0.000_000_6 },
  'claude-3-5-sonnet': { input: 0.000_003, output: 0.000_015 },
  'text-embedding-3-small': { input: 0.000_000_02, output: 0 },
};

/**
 * The known model whose name is the longest within this one: `gpt-4o` for `openai/gpt-4o-2024-08-06`. Source: PostHog,
 * `nodejs/src/ingestion/pipelines/ai/costs/cost-model-matching.ts`. PostHog looks for the provider's price first, and takes a
 * model of which this name is a part last; neither is done here.
 */
export function pricedModel(model: string, prices: ModelPrices): string | undefined {
  const name = model.toLowerCase();
  const [longest] = Object.keys(prices)
    .filter((known) => name.includes(known))
    .toSorted((a, b) => b.length - a.length);
  return longest;
}
