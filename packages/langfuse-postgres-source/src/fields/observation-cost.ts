export type CostKind = 'input' | 'output' | 'total';

export const COST_KINDS: readonly CostKind[] = ['input', 'output', 'total'];

const GIVEN = COST_KINDS.map((kind) => `${kind}_cost`);

/** The columns of an observation that its costs and the join to its price read. */
export const COST_COLUMNS: readonly string[] = [
  ...GIVEN,
  ...COST_KINDS.map((kind) => `calculated_${kind}_cost`),
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
 * price of the model. Needs `priceJoin` in the same statement.
 */
export function costExpression(observation: string, kind: CostKind): string {
  return `CASE WHEN ${storedOrGiven(observation, kind)} IS NULL THEN ${priced(observation, kind)}
    ELSE COALESCE(${observation}.calculated_${kind}_cost, ${observation}.${kind}_cost) END`;
}

/**
 * The price of an observation's model as `price`: the project's price takes precedence over the built-in one, and the
 * latest with a start date over one without. Looked up only for observations without a stored cost or the user's.
 *
 * `max` over arrays that begin with what decides finds the best candidate. `ORDER BY … LIMIT 1` would sort for every
 * observation, because no index has this order.
 */
export function priceJoin(observation: string, kinds: readonly CostKind[]): string {
  const unknown = kinds.map((kind) => `${storedOrGiven(observation, kind)} IS NULL`);
  return `LEFT JOIN LATERAL (
    SELECT best.price[3] AS input_price, best.price[4] AS output_price, best.price[5] AS total_price
    FROM (
      SELECT max(ARRAY[num_nonnulls(model.project_id), ${epochOr('model.start_date', BEFORE_ANY_DATE)},
        model.input_price, model.output_price, model.total_price]) AS price
      FROM models AS model
      WHERE (${unknown.join(' OR ')})
        AND model.model_name = ${observation}.internal_model
        AND model.unit = ${observation}.unit
        AND (model.project_id = ${observation}.project_id OR model.project_id IS NULL)
        AND (model.start_date < ${observation}.start_time OR model.start_date IS NULL)
    ) AS best
  ) AS price ON true`;
}

/** In seconds, earlier than any date in PostgreSQL. */
const BEFORE_ANY_DATE = '-1e12';

function epochOr(column: string, otherwise: string): string {
  return `COALESCE(extract(epoch FROM ${column})::numeric, ${otherwise})`;
}

/** Not null when the observation has a stored cost, or any cost that the user gave. */
function storedOrGiven(observation: string, kind: CostKind): string {
  const given = GIVEN.map((name) => `${observation}.${name}`).join(', ');
  return `COALESCE(${observation}.calculated_${kind}_cost, ${given})`;
}

function priced(observation: string, kind: CostKind): string {
  const input = `${observation}.prompt_tokens * price.input_price`;
  const output = `${observation}.completion_tokens * price.output_price`;
  if (kind === 'input') return input;
  if (kind === 'output') return output;
  return `CASE WHEN price.total_price IS NOT NULL THEN price.total_price * ${observation}.total_tokens
      ELSE ${input} + ${output} END`;
}
