export { parseConnectionUrl, type ConnectionSettings } from './connection-settings.js';
export { type CopiedRows } from './copy-out.js';
export { Database, type Copy, type Query, type Value } from './database.js';
export { postgresFailure, type FailureRule, type PostgresFailure } from './postgres-failure.js';
export { connectionSettings, postgresUrl } from './postgres-url.js';
export { replicaFindings } from './reading/check-replica.js';
export { addDigests, DIGEST_SUMS } from './reading/digest-sums.js';
export { plannedRows } from './reading/explained.js';
export { type Alone, readAlone, tooSlow } from './reading/read-alone.js';
export { ReadOnlyTransactions, type TransactionSetup } from './reading/read-only-transactions.js';
export { readingOptions } from './reading/reading-options.js';
export { ReadingPace } from './reading/reading-pace.js';
export { ReadingPaces } from './reading/reading-paces.js';
export { RecentKeys } from './reading/recent-keys.js';
export { isSmallTableQuery } from './reading/small-table.js';
export { SourceClock } from './reading/source-clock.js';
export { SlowStatementError, translateSourceError, UnreadableRowError } from './reading/source-error.js';
export {
  allOf,
  type Binding,
  identifier,
  joined,
  literal,
  marked,
  NOTHING,
  qualified,
  raw,
  type Sql,
  sql,
  unmarked,
} from './reading/sql.js';
export type { SqlCopy, SqlQuery, Statements, TextRow } from './reading/statements.js';
export { boundedMs, epochMs, wholeMs } from './reading/time-expressions.js';
export { EARLIEST_MS, LATEST_MS, timestampText } from './reading/timestamp-text.js';
