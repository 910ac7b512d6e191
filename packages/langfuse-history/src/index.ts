export type { ExpectedCounts } from './expected-counts.js';
export { databaseTotals, type HistoryTotals } from './history-totals.js';
export { insertProjects, insertRows } from './insert-rows.js';
export {
  A_PROJECT_ID,
  aGeneration,
  aScore,
  aTrace,
  type ObservationRow,
  type ScoreRow,
  type TraceRow,
} from './langfuse-rows.js';
export { LANGFUSE_SCHEMA_SQL } from './langfuse-schema.js';
export { seedDatabase } from './seed-database.js';
export type { SeedHistoryOptions } from './history-batches.js';
export { seedHistory } from './seed-history.js';
export { clickHouseSchema, type LangfuseVersion } from './clickhouse/clickhouse-schema.js';
export { clickHouseTotals } from './clickhouse/clickhouse-totals.js';
export { executeStatement } from './clickhouse/clickhouse-connection.js';
export { insertVersions } from './clickhouse/insert-versions.js';
export { aSpanVersion, type SpanVersion } from './clickhouse/span-rows.js';
export { seedClickHouse, type SeedClickHouseOptions, type WriteMode } from './clickhouse/seed-clickhouse.js';
export {
  anObservationVersion,
  aScoreVersion,
  aTraceVersion,
  type ObservationVersion,
  type ScoreVersion,
  type TraceVersion,
} from './clickhouse/version-rows.js';
