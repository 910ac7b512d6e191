import type { Runtime } from '@sluice/core/adapter';
import type { StateStore } from '@sluice/core/state';
import { systemRuntime } from '@sluice/core/engine';
import { recordingLogger, type RecordingLogger } from '@sluice/testkit';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { Client } from 'pg';
import { postgresStateConfig } from '#src/config.js';
import type { ReadingDatabases } from '#src/reading-databases.js';
import { PostgresStateStore } from '#src/postgres-state-store.js';

const clients: Client[] = [];

/** A new database in the shared server. */
export async function anEmptyDatabase(): Promise<{ readonly url: string; readonly client: Client }> {
  const url = await createSharedDatabase('state');
  return { url, client: await aClient(url) };
}

export async function aClient(url: string): Promise<Client> {
  const client = new Client(url);
  client.on('error', () => {});
  await client.connect();
  clients.push(client);
  return client;
}

interface StoreOptions {
  readonly runtime?: Runtime;
  readonly logger?: RecordingLogger;
  readonly schema?: string;
  readonly lease?: 'pipeline' | 'window';
  readonly leaseSeconds?: number;
  readonly connectTimeoutSeconds?: number;
  readonly statementTimeoutSeconds?: number;
  readonly reading?: ReadingDatabases;
}

export function aStore(
  url: string,
  { runtime = systemRuntime, logger, reading, ...options }: StoreOptions = {},
): StateStore {
  const config = postgresStateConfig.parse({ url, ...options });
  return new PostgresStateStore(config, { runtime, logger: logger ?? recordingLogger() }, reading);
}

after(async () => {
  await Promise.allSettled(clients.map((client) => client.end()));
});
