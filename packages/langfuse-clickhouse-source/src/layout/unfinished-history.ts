import type { Projects } from '@sluice/langfuse-records';
import type { ClickHouseConnection } from '../connection/clickhouse-connection.js';
import { allOf, NOTHING, raw, sql, type Sql } from '../sql/sql.js';
import { between } from '../sql/times.js';
import { inProjects } from '../sql/window-part.js';
import { canWatch } from './required-columns.js';
import type { TableColumns } from './stream-layout.js';

/** A share of observations that no migration copies, such as those of deleted projects. */
const TOLERATED = 0.01;
/** About so many observations of a month are looked up: those whose ids have certain hashes. */
const LOOKED_UP = 100_000;

/**
 * The months, as `2026-01`, whose observations are in the tables of v3 and not yet in those of v4: an upgrade copies them in
 * the background, for hours or days, and with their old times, so that nobody who follows the tables sees them come.
 *
 * They are looked up by their ids. To count rows would not do: the spans of all traces are written before the first
 * observation is copied, and new spans and repeated ones come besides.
 */
export async function unfinishedHistory(
  connection: ClickHouseConnection,
  columns: TableColumns,
  projects: Projects,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  if (!canWatch(columns, 'observations') || !canWatch(columns, 'events_core')) return [];
  const months: string[] = [];
  for (const [month = '', rows] of await connection.rows(perMonthQuery(projects), { signal })) {
    const [found] = await connection.rows(missingQuery(month, Number(rows), projects), { signal });
    const [total, missing] = [Number(found?.[0]), Number(found?.[1])];
    if (missing > total * TOLERATED) months.push(month);
  }
  return months;
}

function perMonthQuery(projects: Projects): Sql {
  const month = `formatDateTime(start_time, '%Y-%m', 'UTC')`;
  return sql`SELECT ${raw(month)} AS month, count() FROM observations WHERE ${old(projects)} GROUP BY month ORDER BY month`;
}

/** How many of a month's observations were looked up, and how many of them were not found. */
function missingQuery(month: string, rows: number, projects: Projects): Sql {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const inMonth = between('start_time', Date.UTC(year, number - 1), Date.UTC(year, number));
  const share = Math.ceil(rows / LOOKED_UP);
  const some = (id: string): Sql => raw(share > 1 ? `cityHash64(project_id, ${id}) % ${share} = 0` : '');
  return sql`SELECT count(), countIf((project_id, id) NOT IN (
  SELECT project_id, span_id FROM events_core WHERE ${allOf([raw('is_deleted = 0'), inMonth, some('span_id')])}))
FROM (SELECT DISTINCT project_id, id FROM observations WHERE ${allOf([old(projects), inMonth, some('id')])})`;
}

/** Where v4 writes to the tables of v3 as well, the observations of the last minutes are in these alone. */
function old(projects: Projects): Sql {
  const those = projects === 'all' ? NOTHING : inProjects(projects);
  return allOf([raw('is_deleted = 0'), raw('created_at < now() - INTERVAL 1 DAY'), those]);
}
