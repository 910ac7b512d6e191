import { SluiceError, type CheckResult } from '@sluice/core/adapter';
import type { ClickHouseConnection } from '../connection/clickhouse-connection.js';
import { sql } from '../sql/sql.js';
import type { CheckOptions } from './check-context.js';

/** `settle` is certain to cover this difference between two clocks. */
const CLOCK_TOLERANCE_MS = 60_000;

/** The first version on which what the statements need works alike. */
const OLDEST = [24, 3] as const;

/** Whether the server can be reached and is one that the source knows. All other checks need this. */
export async function checkAccess(
  connection: Pick<ClickHouseConnection, 'rows' | 'place'>,
  { now, signal }: Pick<CheckOptions, 'now' | 'signal'>,
): Promise<readonly CheckResult[]> {
  const name = 'database reachable';
  try {
    const [row] = await connection.rows(
      sql`SELECT currentUser(), version(), toUnixTimestamp64Milli(now64(3)), currentDatabase()`,
      { signal },
    );
    const [user, version = '', time] = row ?? [];
    const message = `${connection.place} as ${user}, ClickHouse ${version}`;
    if (isTooOld(version)) {
      return [
        { name, outcome: 'warning', message, fix: `upgrade ClickHouse: ${OLDEST.join('.')} and later are supported` },
        clock(Number(time) - now()),
      ];
    }
    return [{ name, outcome: 'good', message }, clock(Number(time) - now())];
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof SluiceError)) throw error;
    const fix = 'correct the url of the source, or make sure that ClickHouse is up and reachable from here';
    return [{ name, outcome: 'bad', message: error.message, fix }];
  }
}

function isTooOld(version: string): boolean {
  const [year = 0, release = 0] = version.split('.').map(Number);
  return year < OLDEST[0] || (year === OLDEST[0] && release < OLDEST[1]);
}

function clock(differenceMs: number): CheckResult {
  const name = 'clock';
  const seconds = (Math.abs(differenceMs) / 1000).toFixed(1);
  const message = `the database is ${seconds} s ${differenceMs < 0 ? 'behind' : 'ahead of'} this machine`;
  if (Math.abs(differenceMs) <= CLOCK_TOLERANCE_MS) return { name, outcome: 'good', message };
  const fix = 'synchronize both clocks with NTP, or make settle longer than the difference';
  return { name, outcome: 'warning', message, fix };
}
