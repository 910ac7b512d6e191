import type { Runtime } from '@sluice/core/adapter';
import type { StateStore } from '@sluice/core/state';
import { systemRuntime } from '@sluice/core/engine';
import { recordingLogger, type RecordingLogger } from '@sluice/testkit';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@sluice/embedded-postgres';
import { Client } from 'pg';
import { postgresStateConfig } from '#src/config.js';
import { PostgresStateStore } from '#src/postgres-state-store.js';

let server: Promise<EmbeddedPostgres> | undefined;
let databases = 0;
const clients: Client[] = [];

/** The server of the test run: started for the first test that needs it, stopped after the last. */
function testServer(): Promise<EmbeddedPostgres> {
  server ??= startEmbeddedPostgres({ databaseName: 'template_state' });
  return server;
}

/** A new database in the server of the test run. */
export async function anEmptyDatabase(): Promise<{ readonly url: string; readonly client: Client }> {
  databases += 1;
  const url = await (await testServer()).createDatabase(`state_${databases}`);
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
  readonly leaseSeconds?: number;
  readonly connectTimeoutSeconds?: number;
  readonly statementTimeoutSeconds?: number;
}

export function aStore(url: string, { runtime = systemRuntime, logger, ...options }: StoreOptions = {}): StateStore {
  const config = postgresStateConfig.parse({ url, ...options });
  return new PostgresStateStore(config, { runtime, logger: logger ?? recordingLogger() });
}

after(async () => {
  await Promise.allSettled(clients.map((client) => client.end()));
  await (await server)?.stop();
});
