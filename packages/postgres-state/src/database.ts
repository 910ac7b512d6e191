import { connectionSettings, Database } from '@sluice/postgres';
import type { PostgresStateConfig } from './config.js';

/**
 * The longest that a transaction waits for its client. A worker that is frozen or cut off in the middle of a commit holds a
 * lock that its successors need: after this, the server ends the transaction. It adds to the time in which others take over
 * the windows of another worker that has died before.
 */
const MAX_IDLE_MS = 3000;

export function stateDatabase(config: PostgresStateConfig, baseDirectory?: string): Database {
  const { url, statementTimeoutSeconds, connectTimeoutSeconds, leaseSeconds } = config;
  return new Database(connectionSettings(url, baseDirectory), {
    statementTimeoutMs: statementTimeoutSeconds * 1000,
    connectTimeoutMs: connectTimeoutSeconds * 1000,
    // One to write, and one to read meanwhile.
    maxConnections: 2,
    session: {
      lock_timeout: '0',
      idle_in_transaction_session_timeout: String(Math.min(MAX_IDLE_MS, (leaseSeconds * 1000) / 2)),
    },
  });
}
