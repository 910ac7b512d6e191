import type { ReadPlan } from '@sluice/core/source';
import type { LangfuseClickHouseSourceConfig } from '../config.js';
import type { ClickHouseConnection } from '../connection/clickhouse-connection.js';
import type { ProjectNames } from '../read/project-names.js';
import type { FoundTables } from '../layout/langfuse-tables.js';

export interface CheckOptions {
  readonly config: LangfuseClickHouseSourceConfig;
  readonly projectNames: ProjectNames;
  /** How the pipeline will read. Without it, the checks that depend on it are skipped. */
  readonly plan: ReadPlan | undefined;
  /** This machine's clock. */
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
}

/** What every check needs. */
export interface CheckContext extends CheckOptions {
  readonly connection: ClickHouseConnection;
  readonly tables: FoundTables;
}
