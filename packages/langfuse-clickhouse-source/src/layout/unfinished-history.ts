import type { Projects } from '@sluice/langfuse-records';
import type { ClickHouseConnection } from '../connection/clickhouse-connection.js';
import { raw, sql, type Sql } from '../sql/sql.js';
import { inProjects } from '../sql/window-part.js';
import { canWatch } from './required-columns.js';
import type { TableColumns } from './stream-layout.js';

/** A share of rows that no migration copies: those of deleted projects, and what came at its very time. */
const TOLERATED = 0.01;

/**
 * The months, as `2026-01`, whose observations are in the tables of v3 and not yet in those of v4: an upgrade copies them in
 * the background, for hours or days, and with their old times, so that nobody who follows the tables sees them come.
 */
export async function unfinishedHistory(
  connection: ClickHouseConnection,
  columns: TableColumns,
  projects: Projects,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  if (!canWatch(columns, 'observations') || !canWatch(columns, 'events_core')) return [];
  const count = async (query: Sql): Promise<ReadonlyMap<string, number>> => {
    const rows = await connection.rows(query, { signal });
    return new Map(rows.map(([month = '', rowCount]) => [month, Number(rowCount)]));
  };
  const legacy = await count(perMonth('observations', 'count()', projects));
  const events = await count(perMonth('events_core', 'count()', projects));
  const fewer = [...legacy].filter(([month, rows]) => (events.get(month) ?? 0) < rows).map(([month]) => month);
  if (fewer.length === 0) return [];
  // Old versions count as well above.
  const distinct = await count(perMonth('observations', 'uniq(project_id, id)', projects, fewer));
  return fewer.filter((month) => (events.get(month) ?? 0) < (distinct.get(month) ?? 0) * (1 - TOLERATED)).toSorted();
}

function perMonth(table: string, count: string, projects: Projects, months?: readonly string[]): Sql {
  const month = `formatDateTime(start_time, '%Y-%m', 'UTC')`;
  const among = months === undefined ? raw('1') : sql`month IN ${months}`;
  const those = projects === 'all' ? raw('1') : inProjects(projects);
  return sql`SELECT ${raw(month)} AS month, ${raw(count)} FROM ${raw(table)} WHERE is_deleted = 0 AND ${among} AND ${those} GROUP BY month`;
}
