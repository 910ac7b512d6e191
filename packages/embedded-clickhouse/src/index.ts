export { createSharedClickHouseDatabase } from './create-shared-clickhouse-database.js';
export type { EmbeddedClickHouse } from './embedded-clickhouse.js';
export { startEmbeddedClickHouse, type EmbeddedClickHouseOptions } from './start-embedded-clickhouse.js';
export type { Rights } from './rights.js';
