import type { Instant } from '@sluice/core/adapter';
import type { ClickHouseConnection } from '../connection/clickhouse-connection.js';
import { newestQuery } from '../sql/next-query.js';
import { DAY_MS } from '../sql/times.js';
import { canWatch } from './required-columns.js';
import type { TableColumns } from './stream-layout.js';

/** Which of its tables Langfuse writes to: `legacy` are those of v3, `events` those of v4. */
export interface TablesInUse {
  /** The creation times of the newest rows; absent without tables or rows. */
  readonly legacy: Instant | undefined;
  readonly events: Instant | undefined;
}

/** Tables of which one is so much older than the other are no longer written to. */
const STOPPED_MS = DAY_MS;

export async function tablesInUse(
  connection: ClickHouseConnection,
  columns: TableColumns,
  signal?: AbortSignal,
): Promise<TablesInUse> {
  if (!canWatch(columns, 'events_core')) return { legacy: undefined, events: undefined };
  const newest = async (table: string, time: string): Promise<Instant | undefined> =>
    canWatch(columns, table) ? newestRow(connection, table, time, signal) : undefined;
  const [traces, observations, events] = await Promise.all([
    newest('traces', 'timestamp'),
    newest('observations', 'start_time'),
    newest('events_core', 'start_time'),
  ]);
  const legacy = [traces, observations].filter((at) => at !== undefined);
  return { legacy: legacy.length === 0 ? undefined : Math.max(...legacy), events };
}

/** Which tables `auto` reads: those of v4, unless Langfuse does not write to them. */
export function chosenTables(
  option: 'auto' | 'legacy' | 'events',
  columns: TableColumns,
  { legacy, events }: TablesInUse,
): 'legacy' | 'events' {
  if (option !== 'auto') return option;
  if (!columns.has('events_core')) return 'legacy';
  if (!columns.has('observations')) return 'events';
  if (events === undefined) return legacy === undefined ? 'events' : 'legacy';
  return legacy === undefined || events >= legacy - STOPPED_MS ? 'events' : 'legacy';
}

/** How v4 writes (`LANGFUSE_MIGRATION_V4_WRITE_MODE`); undefined for v3 and while there are no rows. */
export function writeMode({ legacy, events }: TablesInUse): 'events_only' | 'dual' | 'legacy' | undefined {
  if (events === undefined) return undefined;
  if (legacy === undefined || legacy < events - STOPPED_MS) return 'events_only';
  return events < legacy - STOPPED_MS ? 'legacy' : 'dual';
}

/** Whether rows were in the tables of v3 and no more come, since v4 writes events only. */
export function hasLegacyStopped(inUse: TablesInUse): boolean {
  return inUse.legacy !== undefined && writeMode(inUse) === 'events_only';
}

/** Rows that were created last usually happened last: these are few. */
async function newestRow(
  connection: ClickHouseConnection,
  table: string,
  time: string,
  signal: AbortSignal | undefined,
): Promise<Instant | undefined> {
  for (const days of [3, undefined]) {
    const [row] = await connection.rows(newestQuery(table, time, days), { signal });
    if (row?.[0] !== undefined) return Number(row[0]);
  }
  return undefined;
}
