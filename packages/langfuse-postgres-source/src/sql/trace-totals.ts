import { NOTHING, raw, type Sql, sql } from '@sluice/postgres';
import { costExpression } from '../fields/observation-cost.js';
import { secondsBetween } from '../fields/time-expressions.js';

/**
 * The sums over all observations of the trace `r` as `totals`: one index lookup per trace. The cost is summed as numeric,
 * so that it is rounded only once, at the end.
 */
export function traceTotalsJoin({ withCost }: { readonly withCost: boolean }): Sql {
  const cost = withCost ? raw(`, COALESCE(sum(${costExpression('o', 'total')}), 0) AS total_cost`) : NOTHING;
  return sql`LEFT JOIN LATERAL (
  SELECT count(*) AS observation_count,
    ${raw(secondsBetween('min(o.start_time)', 'COALESCE(max(o.end_time), max(o.start_time))'))} AS latency${cost}
  FROM observations AS o
  WHERE o.trace_id = r.id AND o.project_id = r.project_id
) AS totals ON true`;
}
