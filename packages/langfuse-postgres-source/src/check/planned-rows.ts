import { z } from 'zod';

const explained = z.tuple([z.object({ Plan: z.object({ 'Plan Rows': z.number() }) })]);

/** How many rows a plan expects, from the text of `EXPLAIN (FORMAT JSON)`. */
export function plannedRows(text: string): number {
  const [{ Plan }] = explained.parse(JSON.parse(text));
  return Plan['Plan Rows'];
}
