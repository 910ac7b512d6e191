import {
  insertProjects,
  LANGFUSE_SCHEMA_SQL,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '@sluice/testkit/langfuse';
import { Client } from 'pg';
import { createdSources } from './a-source.js';

/** A Langfuse database of its own for one test, in the one server of the test run. */
export interface TestDatabase {
  readonly url: string;
  readonly client: Client;
}

let server: Promise<EmbeddedPostgres> | undefined;
let databases = 0;
const clients: Client[] = [];

/** The server of the test run: started by the first test that asks, stopped after the last. */
export function testServer(): Promise<EmbeddedPostgres> {
  server ??= startEmbeddedPostgres({ databaseName: 'template_langfuse' });
  return server;
}

export async function anEmptyDatabase(): Promise<TestDatabase> {
  const running = await testServer();
  databases += 1;
  const url = await running.createDatabase(`langfuse_${databases}`);
  const client = new Client(url);
  client.on('error', () => {});
  await client.connect();
  clients.push(client);
  return { url, client };
}

/** With Langfuse's tables and three projects. */
export async function aLangfuseDatabase(): Promise<TestDatabase> {
  const database = await anEmptyDatabase();
  await database.client.query(LANGFUSE_SCHEMA_SQL);
  await insertProjects(database.client, [
    { id: 'project-1', name: 'First' },
    { id: 'project-2', name: 'Second' },
    { id: 'project-3', name: 'Third' },
  ]);
  return database;
}

after(async function () {
  // Some two hundred databases: on a busy machine it takes the server a while to stop.
  this.timeout(120_000);
  await Promise.allSettled(createdSources.map((source) => source.close()));
  await Promise.allSettled(clients.map((client) => client.end()));
  await (await server)?.stop();
});
