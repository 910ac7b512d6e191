import type { ClickHouseConnection } from '../connection/clickhouse-connection.js';
import { sql } from '../sql/sql.js';
import type { TableColumns } from './stream-layout.js';

export const LEGACY_TABLES = ['traces', 'observations', 'scores'];
export const EVENTS_TABLES = ['events_core', 'events_full', 'scores'];

/** The columns of Langfuse's tables that the user may read: ClickHouse shows no others. */
export async function readColumns(connection: ClickHouseConnection): Promise<TableColumns> {
  const tables = [...new Set([...LEGACY_TABLES, ...EVENTS_TABLES])];
  const rows = await connection.rows(
    sql`SELECT table, name FROM system.columns WHERE database = currentDatabase() AND table IN ${tables}`,
  );
  const columns = new Map<string, Set<string>>();
  for (const [table = '', name = ''] of rows) columns.set(table, (columns.get(table) ?? new Set()).add(name));
  return columns;
}
