import { raw, type Sql } from './sql.js';

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
 * What an observation cost, as Langfuse's `observations_view` says: the stored cost, else the user's, and only for an
 * observation that has neither, its usage times its model's price. Needs `priceJoin` beside it.
 */
export function costExpression(observation: string, kind: CostKind): string {
  return `CASE WHEN ${storedOrGiven(observation, kind)} IS NULL THEN ${priced(observation, kind)}
    ELSE COALESCE(${observation}.calculated_${kind}_cost, ${observation}.${kind}_cost) END`;
}

/**
 * The price of an observation's model as `price`: the project's own before the built-in one, the latest that had begun
 * before the latest without a beginning. Only for observations that lack one of the asked costs, and their user's too.
 *
 * The best candidate is found by `max` over arrays that begin with what decides. `ORDER BY … LIMIT 1` would sort for
 * every observation, as no index has this order.
 */
export function priceJoin(observation: string, kinds: readonly CostKind[]): Sql {
  const unknown = kinds.map((kind) => `${storedOrGiven(observation, kind)} IS NULL`);
  return raw(`LEFT JOIN LATERAL (
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
  ) AS price ON true`);
}

/** In seconds, earlier than any date that PostgreSQL has. */
const BEFORE_ANY_DATE = '-1e12';

function epochOr(column: string, otherwise: string): string {
  return `COALESCE(extract(epoch FROM ${column})::numeric, ${otherwise})`;
}

/** Not null when the observation has a cost of its own, be it the user's for another kind. */
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
