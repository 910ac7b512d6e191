import type { CheckResult } from '@sluice/core/adapter';
import type { ReadPlan } from '@sluice/core/source';
import { durationText, followedMs, latenessFinding } from '@sluice/langfuse-records';
import { epochMs, raw, sql, type SqlQuery, timestampText } from '@sluice/postgres';
import { streamNamed, type LangfuseStream } from '../streams.js';

/** How many of the newest rows are sampled: a short scan of the index on created_at. */
const SAMPLE = 2000;
/** Fewer rows cannot show a share of one percent. */
const ENOUGH = 100;

interface Row {
  readonly createdAtMs: number;
  /** From creation to the last change. */
  readonly changedAfterMs: number;
}

/**
 * Whether `settle` and `revisit` fit how late rows change. Only rows older than `revisit` are sampled, or younger ones if
 * there are too few; those may still change later than they show.
 */
export async function latenessFindings(query: SqlQuery, plan: ReadPlan, now: number): Promise<readonly CheckResult[]> {
  const findings: CheckResult[] = [];
  for (const stream of new Map(
    plan.streams.map((each) => [streamNamed(each.stream).table, streamNamed(each.stream)]),
  ).values()) {
    const old = await newestRows(query, stream, now - Math.max(plan.settleMs, plan.revisitMs));
    const rows = old.length >= ENOUGH ? old : await newestRows(query, stream, now - plan.settleMs);
    findings.push(findingOf(stream.table, rows, plan, now));
  }
  return findings;
}

async function newestRows(query: SqlQuery, { table }: LangfuseStream, before: number): Promise<readonly Row[]> {
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

function findingOf(table: string, rows: readonly Row[], plan: ReadPlan, now: number): CheckResult {
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
  const oldest = Math.min(...rows.map((row) => row.createdAtMs));
  const what = `${rows.length.toLocaleString('en-US')} rows created in the last ${durationText(now - oldest)} last changed`;
  const [afterSettle, afterRevisit] = [share(plan.settleMs), share(followedMs(plan))];
  return latenessFinding(name, { what, mostMs: most, afterSettle, afterRevisit }, plan);
}
