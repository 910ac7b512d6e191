import type { ExpectedCounts } from '../expected-counts.js';
import { historyBatches, latestTime, type SeedHistoryOptions } from '../history-batches.js';
import { executeStatement } from './clickhouse-connection.js';
import { insertVersions } from './insert-versions.js';
import { clickHouseSchema, type LangfuseVersion } from './clickhouse-schema.js';
import { countNewest } from './count-newest.js';
import { deleteSomeTraces } from './deleted-traces.js';
import { versionsOfHistory } from './versions-of-history.js';

export interface SeedClickHouseOptions extends SeedHistoryOptions {
  readonly version: LangfuseVersion;
}

const TABLES = ['traces', 'observations', 'scores'] as const;
const NO_MERGES = 'max_bytes_to_merge_at_max_space_in_pool = 1, max_bytes_to_merge_at_min_space_in_pool = 1';

/**
 * Creates Langfuse's tables in an empty ClickHouse database, fills them with the versions of the same history as in
 * Postgres, and counts the records that are there.
 */
export async function seedClickHouse(url: string, options: SeedClickHouseOptions): Promise<ExpectedCounts> {
  for (const statement of clickHouseSchema(options.version)) await executeStatement(url, statement);
  // Versions stay as they were written: only how ClickHouse merges decides otherwise how many there are.
  for (const table of TABLES) await executeStatement(url, `ALTER TABLE ${table} MODIFY SETTING ${NO_MERGES}`);
  const latest = latestTime(options);
  for (const batch of historyBatches(options)) {
    const versions = batch.map((history) => versionsOfHistory(history, latest));
    for (const table of TABLES) {
      await insertVersions(
        url,
        table,
        versions.flatMap((each): readonly object[] => each[table]),
      );
    }
    await deleteSomeTraces(
      url,
      versions.flatMap(({ traces }) => traces),
    );
  }
  return countNewest(url);
}
