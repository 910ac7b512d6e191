export { parseConnectionUrl, type ConnectionSettings } from './connection-settings.js';
export { type CopiedRows } from './copy-out.js';
export { Database, type Copy, type Query, type Value } from './database.js';
export { postgresFailure, type FailureRule, type PostgresFailure } from './postgres-failure.js';
export { connectionSettings, postgresUrl } from './postgres-url.js';
