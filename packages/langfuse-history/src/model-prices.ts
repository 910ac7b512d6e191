import type { ObservationRow } from './langfuse-rows.js';

interface Prices {
  readonly input_price?: string;
  readonly output_price?: string;
  readonly total_price?: string;
}

interface PricedModel extends Prices {
  readonly model_name: string;
  /** The price holds after it. */
  readonly start_date?: string;
}

/** As in Langfuse's own price list: prices per unit, with and without a total price, and one that changed. */
export const PRICED_MODELS: readonly PricedModel[] = [
  { model_name: 'gpt-4o', input_price: '0.0000025', output_price: '0.00001' },
  { model_name: 'gpt-4o-mini', input_price: '0.00000015', output_price: '0.0000006' },
  { model_name: 'claude-3-5-sonnet', input_price: '0.000003', output_price: '0.000015' },
  { model_name: 'claude-3-5-sonnet', input_price: '0.0000024', output_price: '0.000012', start_date: '2026-01-01' },
  { model_name: 'text-embedding-3-small', total_price: '0.00000002' },
];

/**
 * What an observation costs by key, as texts of twelve decimals, as Langfuse v3 stores it when the row arrives; empty if
 * that is unknown. Langfuse v2 finds the same when the row is read.
 */
export function costDetails(row: ObservationRow): Readonly<Record<string, string>> {
  const given = row.calculated_total_cost ?? row.total_cost;
  if (given !== undefined && given !== null) return { total: twelveDecimals(Number(given)) };
  const prices = pricesOf(row);
  if (prices?.input_price === undefined || prices.output_price === undefined) return {};
  const [input, output] = [
    row.prompt_tokens * Number(prices.input_price),
    row.completion_tokens * Number(prices.output_price),
  ];
  return { input: twelveDecimals(input), output: twelveDecimals(output), total: twelveDecimals(input + output) };
}

function pricesOf(row: ObservationRow): Prices | undefined {
  return PRICED_MODELS.toSorted((a, b) => (b.start_date ?? '').localeCompare(a.start_date ?? '')).find(
    ({ model_name: name, start_date: start = '' }) => name === row.internal_model && start < row.start_time,
  );
}

function twelveDecimals(amount: number): string {
  return amount.toFixed(12);
}
