import { z } from 'zod';

const EXPLAINED = z.tuple([z.object({ Plan: z.object({ 'Plan Rows': z.number() }) })]);

/** The number of rows that the planner expects, from the answer to `EXPLAIN (FORMAT JSON)`. */
export function plannedRows(text: string): number {
  return EXPLAINED.parse(JSON.parse(text))[0].Plan['Plan Rows'];
}
