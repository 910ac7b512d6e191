import { connectionSettings, Database } from '@sluice/postgres';
import type { PostgresStateConfig } from './config.js';

/**
 * The longest that a transaction waits for its client. A worker that is frozen in the middle of a commit holds a lock that
 * its successor needs: after this, the server ends the transaction.
 */
const MAX_IDLE_MS = 5000;

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
