import { join } from 'node:path';
import { expect } from 'chai';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#src/index.js';
import { memoryFolder } from '#src/memory-folder.js';
import { serverAccount, temporaryRoot } from '#src/server-account.js';

async function ask(url: string, text: string): Promise<unknown> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<{ answer: unknown }>(text);
    return rows[0]?.answer;
  } finally {
    await client.end();
  }
}

async function isReachable(url: string): Promise<boolean> {
  return ask(url, 'SELECT 1 AS answer').then(
    () => true,
    () => false,
  );
}

describe('startEmbeddedPostgres', () => {
  let database: EmbeddedPostgres;

  before(async () => {
    const settings = { work_mem: '5MB' };
    database = await startEmbeddedPostgres({ databaseName: 'first', settings, serverUrl: '', inMemory: true });
  });

  after(() => database.stop());

  it('creates the named database on the loopback interface', async () => {
    expect(new URL(database.url).hostname).to.equal('127.0.0.1');
    expect(await ask(database.url, 'SELECT current_database() AS answer')).to.equal('first');
  });

  it('passes settings to the server', async () => {
    expect(await ask(database.url, `SELECT current_setting('work_mem') AS answer`)).to.equal('5MB');
  });

  it('keeps its files in memory if it shall and there is room', async () => {
    const account = serverAccount();
    const root = (await memoryFolder(account)) ?? temporaryRoot(account);
    const data = await ask(database.url, `SELECT current_setting('data_directory') AS answer`);
    expect(String(data).startsWith(join(root, 'sluice-postgres-')), String(data)).to.equal(true);
  });

  it('creates more databases', async () => {
    const url = await database.createDatabase('second "one"');
    expect(await ask(url, 'SELECT current_database() AS answer')).to.equal('second "one"');
  });

  it('keeps its data and its address across a restart', async () => {
    await ask(database.url, 'CREATE TABLE kept AS SELECT 7 AS answer');
    await database.restart();
    expect(await ask(database.url, 'SELECT answer FROM kept')).to.equal(7);
  });

  it('creates a database in a server that is given by URL, and drops it', async () => {
    const inServer = await startEmbeddedPostgres({ databaseName: 'guest', serverUrl: database.url });
    expect(await ask(inServer.url, 'SELECT current_database() AS answer')).to.match(/^guest_/);
    await inServer.stop();
    expect(await isReachable(inServer.url)).to.equal(false);
  });
});
