import type { JsonValue } from '@sluice/core/adapter';

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu;

/**
 * A number, or the number of a decimal text; undefined for anything else. Source: PostHog,
 * `nodejs/src/ingestion/pipelines/ai/costs/cost-utils.ts`, `finiteNumberOrUndefined`.
 */
export function finiteNumber(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && DECIMAL.test(value.trim()) ? Number(value) : undefined;
}

/** PostHog adds decimals, so that 0.1 and 0.2 are 0.3. */
export function decimalSum(numbers: readonly number[]): number {
  return Number(numbers.reduce((sum, number) => sum + number, 0).toPrecision(15));
}
