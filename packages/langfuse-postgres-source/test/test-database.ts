import { insertProjects, LANGFUSE_SCHEMA_SQL } from '@sluice/langfuse-history';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { Client } from 'pg';

/** A Langfuse database of its own for one test, in the shared server. */
export interface TestDatabase {
  readonly url: string;
  readonly client: Client;
}

let template: Promise<string> | undefined;
const openClients: Client[] = [];

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
  const url = await createSharedDatabase('langfuse', copied);
  const client = new Client(url);
  client.on('error', () => {});
  await client.connect();
  if (!isShared) openClients.push(client);
  return { url, client };
}

afterEach(async () => {
  await Promise.allSettled(openClients.splice(0).map((client) => client.end()));
});
