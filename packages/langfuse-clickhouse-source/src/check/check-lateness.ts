import type { CheckResult } from '@sluice/core/adapter';
import type { ReadPlan } from '@sluice/core/source';
import { followedMs, latenessFinding } from '@sluice/langfuse-records';
import { eventsLayout } from '../layout/events-layout.js';
import { legacyLayout } from '../layout/legacy-layout.js';
import { spanTableFor } from '../layout/span-traces.js';
import { allOf, raw, sql } from '../sql/sql.js';
import { inProjects } from '../sql/window-part.js';
import type { CheckContext } from './check-context.js';

/** Of how many days rows are measured. */
const DAYS = 2;
/** Fewer rows cannot show a share of one percent. */
const ENOUGH = 100;

/**
 * Whether `settle` and `revisit` fit how late rows come and change: from their creation, which is when Langfuse received
 * them, to their newest version, which is when the worker or a person wrote it.
 */
export async function latenessFindings(context: CheckContext): Promise<readonly CheckResult[]> {
  const { plan, tables, config } = context;
  if (plan === undefined) return [];
  const layouts =
    tables.chosen === 'events'
      ? eventsLayout(tables.columns, spanTableFor(config.content))
      : legacyLayout(tables.columns);
  const wanted = layouts.filter(({ name }) => plan.streams.some(({ stream }) => stream === name));
  const findings: CheckResult[] = [];
  for (const [table, layout] of new Map(wanted.map((each) => [each.table, each]))) {
    findings.push(await findingOf(table, layout.happened, plan, context));
  }
  return findings;
}

async function findingOf(
  table: string,
  happened: string,
  plan: ReadPlan,
  { connection, config, signal }: CheckContext,
): Promise<CheckResult> {
  const name = `settle and ${table}`;
  const where = allOf([
    sql`${raw(happened)} >= now() - INTERVAL ${DAYS} DAY`,
    sql`created_at < now() - INTERVAL ${Math.ceil(plan.settleMs / 1000)} SECOND`,
    inProjects(config.projects),
  ]);
  const [row] = await connection.rows(
    sql`SELECT count(), quantile(0.99)(late), avg(late > ${plan.settleMs}), avg(late > ${followedMs(plan)})
FROM (SELECT greatest(0, toUnixTimestamp64Milli(event_ts) - toUnixTimestamp64Milli(created_at)) AS late FROM ${raw(table)} WHERE ${where})`,
    { signal },
  );
  const [rows, most = 0, afterSettle = 0, afterRevisit = 0] = (row ?? []).map(Number);
  if (rows === undefined || rows < ENOUGH) {
    const message = `only ${rows ?? 0} rows of the last ${DAYS} days are old enough to measure how late rows arrive`;
    return { name, outcome: 'unknown', message };
  }
  const what = `${rows.toLocaleString('en-US')} rows of the last ${DAYS} days were last written`;
  return latenessFinding(name, { what, mostMs: most, afterSettle, afterRevisit }, plan);
}
