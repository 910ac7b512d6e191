import type { CheckResult } from '@sluice/core/adapter';
import { sql, type SqlQuery } from '@sluice/postgres';

/** Whether a transaction runs for longer than `settle`: what it writes appears with older times when it commits. */
export async function transactionFinding(query: SqlQuery, settleMs: number): Promise<CheckResult> {
  const name = 'settle and transactions';
  const [row] = await query(sql`
    SELECT COALESCE(max(extract(epoch FROM clock_timestamp() - activity.xact_start)), 0),
      count(*) FILTER (WHERE activity.pid <> pg_backend_pid() AND NOT pg_has_role(activity.usesysid, 'USAGE')),
      pg_has_role('pg_read_all_stats', 'USAGE'), quote_ident(current_user)
    FROM pg_catalog.pg_stat_activity AS activity
    WHERE activity.datname = current_database() AND activity.pid <> pg_backend_pid()
      AND activity.backend_type = 'client backend'`);
  const [longest, others, seesAll, role] = row ?? [];
  const seconds = Number(longest);
  const message = `the longest transaction has run for ${seconds.toFixed(0)} s, and settle is ${settleMs / 1000} s`;
  if (seconds * 1000 > settleMs) {
    const fix = 'make settle longer than the longest transaction that writes: what it commits later is missed';
    return { name, outcome: 'warning', message, fix };
  }
  if (Number(others) > 0 && seesAll !== 't') {
    return {
      name,
      outcome: 'unknown',
      message: `the transactions of ${others} sessions of other roles are hidden`,
      fix: 'let the role see them, or make sure that settle is longer than any transaction that writes',
      statements: [`GRANT pg_read_all_stats TO ${role};`],
    };
  }
  return { name, outcome: 'good', message };
}
