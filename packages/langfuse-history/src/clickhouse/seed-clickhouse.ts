import type { ExpectedCounts } from '../expected-counts.js';
import { historyBatches, latestTime, type SeedHistoryOptions } from '../history-batches.js';
import type { TraceHistory } from '../trace-history.js';
import { executeStatement } from './clickhouse-connection.js';
import { clickHouseSchema, type LangfuseVersion } from './clickhouse-schema.js';
import { countNewest } from './count-newest.js';
import { countSpans } from './count-spans.js';
import { deleteSomeTraces } from './deleted-traces.js';
import { insertVersions } from './insert-versions.js';
import { newestScore } from './newest-versions.js';
import { spansOfHistory, type SpanWriter } from './spans-of-history.js';
import { versionsOfHistory } from './versions-of-history.js';

/**
 * What Langfuse v4 writes: spans alone (its default), both spans and the tables of v3, or the latter alone. `upgraded` is
 * a v3 installation that became v4 halfway: older spans are copies that the migration made of the tables of v3, to which
 * nothing is added any more.
 */
export type WriteMode = 'events_only' | 'dual' | 'legacy' | 'upgraded';

export interface SeedClickHouseOptions extends SeedHistoryOptions {
  readonly version: LangfuseVersion;
  /** For v4. Default: events_only. */
  readonly writes?: WriteMode;
}

const RECORD_TABLES = ['traces', 'observations', 'scores'] as const;
const NO_MERGES = 'max_bytes_to_merge_at_max_space_in_pool = 1, max_bytes_to_merge_at_min_space_in_pool = 1';

/**
 * Creates Langfuse's tables in an empty ClickHouse database, fills them with the versions of the same history as in
 * Postgres, and counts the records that are there.
 */
export async function seedClickHouse(url: string, options: SeedClickHouseOptions): Promise<ExpectedCounts> {
  const { version, writes = 'events_only' } = options;
  for (const statement of clickHouseSchema(version)) await executeStatement(url, statement);
  const tables = [...RECORD_TABLES, ...(version === 'v4' ? ['events_full', 'events_core'] : [])];
  // Versions stay as they were written: only how ClickHouse merges decides otherwise how many there are.
  for (const table of tables) await executeStatement(url, `ALTER TABLE ${table} MODIFY SETTING ${NO_MERGES}`);

  let index = 0;
  for (const batch of historyBatches(options)) {
    const before = batch.filter(() => index++ < options.traces / 2);
    const after = batch.slice(before.length);
    const mode = version === 'v4' ? writes : 'legacy';
    if (mode === 'legacy' || mode === 'dual') await writeRecords(url, batch, latestTime(options));
    if (mode === 'dual') await writeSpans(url, batch, 'ingestion-api-dual-write');
    if (mode === 'upgraded') {
      await writeRecords(url, before, latestTime(options));
      await writeSpans(url, before, 'ingestion-api-backfill');
      await writeDirectly(url, after);
    }
    if (mode === 'events_only') await writeDirectly(url, batch);
  }
  return version === 'v4' && writes !== 'legacy' ? countSpans(url) : countNewest(url);
}

async function writeRecords(url: string, histories: readonly TraceHistory[], latest: number): Promise<void> {
  const versions = histories.map((history) => versionsOfHistory(history, latest));
  for (const table of RECORD_TABLES) {
    const rows = versions.flatMap((each): readonly object[] => each[table]);
    await insertVersions(url, table, rows);
  }
  await deleteSomeTraces(
    url,
    versions.flatMap(({ traces }) => traces),
  );
}

async function writeSpans(url: string, histories: readonly TraceHistory[], writer: SpanWriter): Promise<void> {
  await insertVersions(
    url,
    'events_full',
    histories.flatMap((history) => spansOfHistory(history, writer)),
  );
}

/** Scores are where they were. */
async function writeDirectly(url: string, histories: readonly TraceHistory[]): Promise<void> {
  await writeSpans(url, histories, 'otel');
  await insertVersions(
    url,
    'scores',
    histories.flatMap(({ scores }) => scores.map(newestScore)),
  );
}
