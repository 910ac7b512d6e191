import type { FieldRequest } from '@sluice/core/source';
import type { ClickHouseConnection } from '../connection/clickhouse-connection.js';
import type { Content, Projects } from '@sluice/langfuse-records';
import type { StreamLayout } from '../layout/stream-layout.js';
import type { Names } from './project-names.js';
import type { SlicePace } from './slice-pace.js';

/** What every read needs. */
export interface Reading {
  readonly connection: ClickHouseConnection;
  readonly projects: Projects;
  readonly content: Content;
  /** The names that a read of these fields needs. */
  readonly projectNames: (fields: readonly FieldRequest[]) => Promise<Names>;
  readonly pageSize: number;
  readonly signal: AbortSignal | undefined;
  readonly layoutOf: (stream: string) => Promise<StreamLayout>;
  /** Throws if history may not be read yet; called before a window of the axis `event`. */
  readonly beforeHistory: () => Promise<void>;
  readonly paceOf: (stream: string) => SlicePace;
  /** Throws if what was read cannot be trusted; called before the last page of a window. */
  readonly beforeEnd: () => Promise<void>;
}
