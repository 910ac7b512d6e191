import type { CheckResult } from '@sluice/core/adapter';
import type { SqlQuery } from './statements.js';
import { sql } from './sql.js';

/** What an administrator or a user of a managed service can do about a replica without a replay time. */
export const WITHOUT_REPLAY_TIME =
  'set replicaDelaySeconds to how far the replica may be behind, or use the address of the primary';

/** Whether a replica says up to when it has replayed, and keeps replaying. Nothing is reported on a primary. */
export async function replicaFindings(
  query: SqlQuery,
  delaySeconds: number | undefined,
): Promise<readonly CheckResult[]> {
  const name = 'replica';
  const [row] = await query(sql`
    SELECT pg_is_in_recovery(), pg_last_xact_replay_timestamp() IS NOT NULL, pg_last_wal_replay_lsn() IS NOT NULL`);
  if (row?.[0] !== 't') return [];
  if (row[2] === 't') {
    const [paused] = await query(sql`SELECT pg_is_wal_replay_paused()`);
    if (paused?.[0] === 't') {
      const message = 'replay is paused: nothing newer is exported';
      return [
        {
          name,
          outcome: 'warning',
          message,
          fix: 'resume it on the replica',
          statements: ['SELECT pg_wal_replay_resume();'],
        },
      ];
    }
  }
  if (row[1] === 't')
    return [{ name, outcome: 'good', message: 'its time is that of the last commit it has replayed' }];
  if (delaySeconds !== undefined) {
    const message = `no replay time: its clock less replicaDelaySeconds (${delaySeconds} s) is used`;
    return [{ name, outcome: 'good', message }];
  }
  const message = 'no replay time, as on a reader of Aurora, or nothing replayed since it started: a run would pause';
  return [{ name, outcome: 'bad', message, fix: WITHOUT_REPLAY_TIME }];
}
