import type { CheckResult } from '@sluice/core/adapter';
import type { ReadPlan } from '@sluice/core/source';
import { eventsLayout } from '../layout/events-layout.js';
import { legacyLayout } from '../layout/legacy-layout.js';
import { allOf, raw, sql } from '../sql/sql.js';
import { inProjects } from '../sql/window-part.js';
import type { CheckContext } from './check-context.js';

/** Of how many days rows are measured. */
const DAYS = 2;
/** Fewer rows cannot show a share of one percent. */
const ENOUGH = 100;
/** A larger share of late rows leads to a warning. */
const WORTH_A_WARNING = 0.01;

/**
 * Whether `settle` and `revisit` fit how late rows come and change: from their creation, which is when Langfuse received
 * them, to their newest version, which is when the worker or a person wrote it.
 */
export async function latenessFindings(context: CheckContext): Promise<readonly CheckResult[]> {
  const { plan, tables } = context;
  if (plan === undefined) return [];
  const layouts =
    tables.chosen === 'events' ? eventsLayout(tables.columns, 'events_core') : legacyLayout(tables.columns);
  const wanted = layouts.filter(({ name }) => plan.streams.some(({ stream }) => stream === name));
  const findings: CheckResult[] = [];
  for (const [table, layout] of new Map(wanted.map((each) => [each.table, each]))) {
    findings.push(await latenessFinding(table, layout.happened, plan, context));
  }
  return findings;
}

async function latenessFinding(
  table: string,
  happened: string,
  plan: ReadPlan,
  { connection, config, signal }: CheckContext,
): Promise<CheckResult> {
  const name = `settle and ${table}`;
  const followedMs = Math.max(plan.settleMs, plan.revisitMs);
  const where = allOf([
    sql`${raw(happened)} >= now() - INTERVAL ${DAYS} DAY`,
    sql`created_at < now() - INTERVAL ${Math.ceil(plan.settleMs / 1000)} SECOND`,
    inProjects(config.projects),
  ]);
  const [row] = await connection.rows(
    sql`SELECT count(), quantile(0.99)(late), avg(late > ${plan.settleMs}), avg(late > ${followedMs})
FROM (SELECT greatest(0, toUnixTimestamp64Milli(event_ts) - toUnixTimestamp64Milli(created_at)) AS late FROM ${raw(table)} WHERE ${where})`,
    { signal },
  );
  const [rows, most, afterSettle, afterRevisit] = (row ?? []).map(Number);
  if (rows === undefined || rows < ENOUGH) {
    const message = `only ${rows ?? 0} rows of the last ${DAYS} days are old enough to measure how late rows come`;
    return { name, outcome: 'unknown', message };
  }
  const settle = durationText(plan.settleMs);
  const message =
    `99 % of ${rows.toLocaleString('en-US')} rows of the last ${DAYS} days were last written within ${durationText(most ?? 0)} of their creation; ` +
    `${percent(afterSettle)} later than settle (${settle})` +
    ((afterRevisit ?? 0) > 0
      ? `, ${percent(afterRevisit)} later than revisit reaches (${durationText(followedMs)})`
      : '');
  const covering = durationText(most ?? 0, Math.ceil);
  if ((afterRevisit ?? 0) > WORTH_A_WARNING) {
    return {
      name,
      outcome: 'warning',
      message,
      fix: `such changes are not exported: revisit: ${covering} covers 99 %`,
    };
  }
  if ((afterSettle ?? 0) > WORTH_A_WARNING) {
    const fix = `each of these is sent again, and counts twice if its user or day changed: settle: ${covering} covers 99 %`;
    return { name, outcome: 'warning', message, fix };
  }
  return { name, outcome: 'good', message };
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** In the largest unit that gives at least 2, as in a pipeline file. */
function durationText(ms: number, round = Math.round): string {
  const [unit, size] = UNITS.find(([, each]) => ms >= 2 * each) ?? ['s', 1000];
  return `${round(ms / size)}${unit}`;
}

function percent(share = 0): string {
  return `${(share * 100).toFixed(1)} %`;
}
