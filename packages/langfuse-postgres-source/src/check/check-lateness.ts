import type { CheckResult } from '@sluice/core/adapter';
import type { ReadPlan } from '@sluice/core/source';
import type { Query } from '../read/query.js';
import { epochMs } from '../fields/time-expressions.js';
import { raw, sql } from '../sql/sql.js';
import { timestampText } from '../sql/timestamp-text.js';
import { streamNamed, type LangfuseStream } from '../streams.js';

/** How many of the newest rows are sampled: a short scan of the index on created_at. */
const SAMPLE = 2000;
/** Fewer rows cannot show a share of one percent. */
const ENOUGH = 100;
/** A larger share of late rows leads to a warning. */
const WORTH_A_WARNING = 0.01;

interface Row {
  readonly createdAtMs: number;
  /** From creation to the last change. */
  readonly changedAfterMs: number;
}

/**
 * Whether `settle` and `revisit` fit how late rows change. Only rows older than `revisit` are sampled, or younger ones if
 * there are too few; those may still change later than they show.
 */
export async function latenessFindings(query: Query, plan: ReadPlan, now: number): Promise<readonly CheckResult[]> {
  const findings: CheckResult[] = [];
  for (const stream of new Map(
    plan.streams.map((each) => [streamNamed(each.stream).table, streamNamed(each.stream)]),
  ).values()) {
    const old = await newestRows(query, stream, now - Math.max(plan.settleMs, plan.revisitMs));
    const rows = old.length >= ENOUGH ? old : await newestRows(query, stream, now - plan.settleMs);
    findings.push(latenessFinding(stream.table, rows, plan, now));
  }
  return findings;
}

async function newestRows(query: Query, { table }: LangfuseStream, before: number): Promise<readonly Row[]> {
  const rows = await query(sql`
    SELECT ${raw(epochMs('r.created_at'))}, ${raw(epochMs('r.updated_at'))}
    FROM ${raw(table)} AS r
    WHERE r.created_at < ${timestampText(before)}::timestamp
    ORDER BY r.created_at DESC
    LIMIT ${SAMPLE}`);
  return rows.map(([created, updated]) => ({
    createdAtMs: Number(created),
    changedAfterMs: Math.max(0, Number(updated) - Number(created)),
  }));
}

function latenessFinding(table: string, rows: readonly Row[], plan: ReadPlan, now: number): CheckResult {
  const name = `settle and ${table}`;
  if (rows.length < ENOUGH) {
    return {
      name,
      outcome: 'unknown',
      message: `only ${rows.length} rows are old enough to measure how late rows change`,
    };
  }
  const late = rows.map((row) => row.changedAfterMs).toSorted((a, b) => a - b);
  const most = late[Math.ceil(late.length * 0.99) - 1] ?? 0;
  const share = (limitMs: number) => late.filter((ms) => ms > limitMs).length / late.length;
  const followedMs = Math.max(plan.settleMs, plan.revisitMs);
  const [afterSettle, afterRevisit] = [share(plan.settleMs), share(followedMs)];
  const oldest = Math.min(...rows.map((row) => row.createdAtMs));
  const sample = `${rows.length.toLocaleString('en-US')} rows created in the last ${durationText(now - oldest)}`;
  const message =
    `99 % of ${sample} last changed within ${durationText(most)} of their creation; ` +
    `${percent(afterSettle)} later than settle (${durationText(plan.settleMs)})` +
    (afterRevisit > 0 ? `, ${percent(afterRevisit)} later than revisit reaches (${durationText(followedMs)})` : '');
  if (afterRevisit > WORTH_A_WARNING) {
    const fix = `such changes are not exported: revisit: ${durationText(most, Math.ceil)} covers 99 %`;
    return { name, outcome: 'warning', message, fix };
  }
  if (afterSettle > WORTH_A_WARNING) {
    const fix = `each of these is sent again, and counts twice if its user or day changed: settle: ${durationText(most, Math.ceil)} covers 99 %`;
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

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
