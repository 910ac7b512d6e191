import { insertProjects, LANGFUSE_SCHEMA_SQL } from '@sluice/langfuse-history';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@sluice/embedded-postgres';
import { Client } from 'pg';

/** A Langfuse database of its own for one test, in the one server of the test run. */
export interface TestDatabase {
  readonly url: string;
  readonly client: Client;
}

let server: Promise<EmbeddedPostgres> | undefined;
let template: Promise<string> | undefined;
let databases = 0;
const openClients: Client[] = [];

/** The server of the test run: started by the first test that asks, stopped after the last. */
export function testServer(): Promise<EmbeddedPostgres> {
  server ??= startEmbeddedPostgres({ databaseName: 'template_langfuse' });
  return server;
}

interface DatabaseOptions {
  /** Whether more than one test uses it: then who made it closes its client. */
  readonly isShared?: boolean;
}

export async function anEmptyDatabase(options: DatabaseOptions = {}): Promise<TestDatabase> {
  return aDatabase(options);
}

/** With Langfuse's tables and three projects. */
export async function aLangfuseDatabase(options: DatabaseOptions = {}): Promise<TestDatabase> {
  template ??= aTemplate();
  return aDatabase(options, await template);
}

/** A Langfuse database that is only copied. */
async function aTemplate(): Promise<string> {
  const { url, client } = await aDatabase({ isShared: true });
  await client.query(LANGFUSE_SCHEMA_SQL);
  await insertProjects(client, [
    { id: 'project-1', name: 'First' },
    { id: 'project-2', name: 'Second' },
    { id: 'project-3', name: 'Third' },
  ]);
  await client.end();
  return url;
}

async function aDatabase({ isShared = false }: DatabaseOptions, copied?: string): Promise<TestDatabase> {
  const running = await testServer();
  databases += 1;
  const url = await running.createDatabase(`langfuse_${databases}`, copied);
  const client = new Client(url);
  client.on('error', () => {});
  await client.connect();
  if (!isShared) openClients.push(client);
  return { url, client };
}

afterEach(async () => {
  await Promise.allSettled(openClients.splice(0).map((client) => client.end()));
});

after(async function () {
  // Some two hundred databases: on a busy machine it takes the server a while to stop.
  this.timeout(120_000);
  await (await server)?.stop();
});
