import { SourceDriftError } from '@sluice/core/source';
import type { ClickHouseConnection } from '../connection/clickhouse-connection.js';
import { sql } from '../sql/sql.js';

const TABLES = ['traces', 'observations', 'scores', 'events_core', 'events_full'];

/**
 * How far the replica that answers is behind the others; undefined if the tables are not replicated, or the user may not
 * see it (`system.replicas` needs a permission on some servers). ClickHouse Cloud's replicas share their data.
 */
export async function replicaDelayMs(
  connection: ClickHouseConnection,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  try {
    const [row] = await connection.rows(
      sql`SELECT count(), max(absolute_delay) FROM system.replicas WHERE database = currentDatabase() AND table IN ${TABLES}`,
      { signal },
    );
    return row === undefined || Number(row[0]) === 0 ? undefined : Number(row[1]) * 1000;
  } catch (error) {
    if (error instanceof SourceDriftError) return undefined;
    throw error;
  }
}
