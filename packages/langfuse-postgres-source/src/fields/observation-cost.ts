export type CostKind = 'input' | 'output' | 'total';

const KINDS: readonly CostKind[] = ['input', 'output', 'total'];
const GIVEN = KINDS.map((kind) => `${kind}_cost`);

/** The columns of an observation that its costs read. */
export const COST_COLUMNS: readonly string[] = [
  ...GIVEN,
  ...KINDS.map((kind) => `calculated_${kind}_cost`),
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'project_id',
  'internal_model',
  'unit',
  'start_time',
];

/**
 * What an observation cost, as in Langfuse's `observations_view`: the stored cost, else the user's, else usage times the
 * price of the model. The price is looked up only for observations that need it: most have a stored cost or no model.
 */
export function costExpression(observation: string, kind: CostKind): string {
  const given = GIVEN.map((name) => `${observation}.${name}`).join(', ');
  const stored = `${observation}.calculated_${kind}_cost`;
  return `COALESCE(${stored}, CASE WHEN COALESCE(${given}) IS NOT NULL THEN ${observation}.${kind}_cost
    WHEN ${observation}.internal_model IS NOT NULL THEN ${pricedExpression(observation, kind)} END)`;
}

/** In seconds, earlier than any date in PostgreSQL. */
const BEFORE_ANY_DATE = '-1e12';

/**
 * Usage times the price of the model: the project's price takes precedence over the built-in one, and the latest with a
 * start date over one without.
 *
 * `max` over arrays that begin with what decides finds the best candidate. `ORDER BY … LIMIT 1` would sort for every
 * observation, because no index has this order.
 */
function pricedExpression(observation: string, kind: CostKind): string {
  return `(
    SELECT ${usageTimesPrice(observation, kind)}
    FROM (
      SELECT max(ARRAY[num_nonnulls(model.project_id), ${epochOr('model.start_date', BEFORE_ANY_DATE)},
        model.input_price, model.output_price, model.total_price]) AS price
      FROM models AS model
      WHERE model.model_name = ${observation}.internal_model
        AND model.unit = ${observation}.unit
        AND (model.project_id = ${observation}.project_id OR model.project_id IS NULL)
        AND (model.start_date < ${observation}.start_time OR model.start_date IS NULL)
    ) AS best)`;
}

function epochOr(column: string, otherwise: string): string {
  return `COALESCE(extract(epoch FROM ${column})::numeric, ${otherwise})`;
}

function usageTimesPrice(observation: string, kind: CostKind): string {
  const input = `${observation}.prompt_tokens * best.price[3]`;
  const output = `${observation}.completion_tokens * best.price[4]`;
  if (kind === 'input') return input;
  if (kind === 'output') return output;
  return `CASE WHEN best.price[5] IS NOT NULL THEN best.price[5] * ${observation}.total_tokens ELSE ${input} + ${output} END`;
}
