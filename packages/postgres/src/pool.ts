import knex, { type Knex } from 'knex';
import type { ConnectionSettings } from './connection-settings.js';
import { Connector, type ConnectorOptions } from './connector.js';

export interface PoolOptions extends ConnectorOptions {
  readonly maxConnections: number;
}

/** A pool of knex whose connections are made by a `Connector`. */
export function createPool(settings: ConnectionSettings, options: PoolOptions): Knex {
  const connectTimeoutMs = settings.connectTimeoutMs ?? options.connectTimeoutMs;
  const connectAllTimeoutMs = connectTimeoutMs * settings.hosts.length * settings.tls.attempts.length;
  const pool = knex({
    client: 'pg',
    // Otherwise knex asks each new connection for it, and throws into the event loop when it cannot read the answer.
    version: '12',
    connection: {},
    pool: {
      min: 0,
      max: Math.min(options.maxConnections, settings.maxConnections),
      idleTimeoutMillis: 30_000,
      createTimeoutMillis: connectAllTimeoutMs + options.statementTimeoutMs,
    },
    acquireConnectionTimeout: connectAllTimeoutMs + options.statementTimeoutMs,
    log: { warn: ignore, error: ignore, debug: ignore, deprecate: ignore },
  });
  const client: Knex.Client = pool.client;
  const acquire = client.acquireRawConnection.bind(client);
  const connector = new Connector(client, acquire, settings, { ...options, connectTimeoutMs });
  client.acquireRawConnection = () => connector.connect();
  return pool;
}

/** knex would print to the console what comes out as an error as well. */
function ignore(): void {}
