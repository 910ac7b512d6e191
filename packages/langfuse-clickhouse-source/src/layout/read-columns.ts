import type { ClickHouseConnection } from '../connection/clickhouse-connection.js';
import { sql } from '../sql/sql.js';
import type { TableColumns } from './stream-layout.js';

const TABLES = ['traces', 'observations', 'scores', 'events_core', 'events_full'];

/** The columns of Langfuse's tables that the user may read: ClickHouse shows no others. */
export async function readColumns(connection: ClickHouseConnection, signal?: AbortSignal): Promise<TableColumns> {
  const rows = await connection.rows(
    sql`SELECT table, name FROM system.columns WHERE database = currentDatabase() AND table IN ${TABLES}`,
    { signal },
  );
  const columns = new Map<string, Set<string>>();
  for (const [table = '', name = ''] of rows) columns.set(table, (columns.get(table) ?? new Set()).add(name));
  return columns;
}
