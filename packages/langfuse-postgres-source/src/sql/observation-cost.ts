import { raw, type Sql } from './sql.js';

export type CostKind = 'input' | 'output' | 'total';

const GIVEN = ['input_cost', 'output_cost', 'total_cost'];

/** The columns of an observation that its costs and the join to its price read. */
export const COST_COLUMNS: readonly string[] = [
  ...GIVEN,
  'calculated_input_cost',
  'calculated_output_cost',
  'calculated_total_cost',
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'project_id',
  'internal_model',
  'unit',
  'start_time',
];

/**
 * What an observation cost, as Langfuse's `observations_view` says: the stored cost, else the user's, and only for an
 * observation that has neither, its usage times its model's price. Needs `priceJoin` beside it.
 */
export function costExpression(observation: string, kind: CostKind): string {
  const stored = `${observation}.calculated_${kind}_cost`;
  const given = GIVEN.map((name) => `${observation}.${name}`).join(', ');
  return `CASE WHEN COALESCE(${stored}, ${given}) IS NOT NULL THEN COALESCE(${stored}, ${observation}.${kind}_cost)
    ELSE ${priced(observation, kind)} END`;
}

/**
 * The price of an observation's model as `price`: the project's own before the built-in one, the latest that had begun
 * before the latest without a beginning. Rows that carry every cost themselves never touch the table.
 */
export function priceJoin(observation: string): Sql {
  const stored = ['input', 'output', 'total'].map((kind) => `${observation}.calculated_${kind}_cost`);
  const given = GIVEN.map((name) => `${observation}.${name}`);
  return raw(`LEFT JOIN LATERAL (
    SELECT model.input_price, model.output_price, model.total_price
    FROM models AS model
    WHERE COALESCE(${given.join(', ')}) IS NULL
      AND num_nulls(${stored.join(', ')}) > 0
      AND model.model_name = ${observation}.internal_model
      AND model.unit = ${observation}.unit
      AND (model.project_id = ${observation}.project_id OR model.project_id IS NULL)
      AND (model.start_date < ${observation}.start_time OR model.start_date IS NULL)
    ORDER BY model.project_id, model.start_date DESC NULLS LAST
    LIMIT 1
  ) AS price ON true`);
}

function priced(observation: string, kind: CostKind): string {
  const input = `${observation}.prompt_tokens * price.input_price`;
  const output = `${observation}.completion_tokens * price.output_price`;
  if (kind === 'input') return input;
  if (kind === 'output') return output;
  return `CASE WHEN price.total_price IS NOT NULL THEN price.total_price * ${observation}.total_tokens
      ELSE ${input} + ${output} END`;
}
