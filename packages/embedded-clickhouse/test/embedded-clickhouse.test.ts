import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { expect } from 'chai';
import { startEmbeddedClickHouse, type EmbeddedClickHouse } from '#src/index.js';

describe('startEmbeddedClickHouse', () => {
  let server: EmbeddedClickHouse;
  const clients: ClickHouseClient[] = [];

  before(async () => {
    server = await startEmbeddedClickHouse({ databaseName: 'first', timeZone: 'America/New_York', serverUrl: '' });
  });

  after(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await server.stop();
  });

  function clientOf(url: string): ClickHouseClient {
    const client = createClient({ url, log: { level: ClickHouseLogLevel.OFF } });
    clients.push(client);
    return client;
  }

  async function ask(url: string, query: string, parameters: Record<string, unknown> = {}): Promise<unknown> {
    const answer = await clientOf(url).query({ query, query_params: parameters, format: 'JSONCompactEachRow' });
    const rows = await answer.json<unknown[]>();
    return rows[0];
  }

  async function codeOf(url: string, query: string): Promise<string> {
    return ask(url, query).then(
      () => 'none',
      (error: { code?: string; type?: string }) => `${error.code} ${error.type}`,
    );
  }

  it('creates databases on the loopback interface, in the given time zone', async () => {
    const second = await server.createDatabase('second_one');
    expect(new URL(server.url).hostname).to.equal('127.0.0.1');
    expect(await ask(server.url, 'SELECT currentDatabase(), timezone()')).to.deep.equal(['first', 'America/New_York']);
    expect(await ask(second, 'SELECT currentDatabase()')).to.deep.equal(['second_one']);
  });

  it('binds parameters of any text', async () => {
    const parameters = {
      text: `tab\t, newline\n, 'quote', \\ and é`,
      list: [`it's`, 'b'],
      number: '18446744073709551615',
    };
    const answer = await ask(
      server.url,
      'SELECT {text: String}, {list: Array(String)}, toString({number: UInt64})',
      parameters,
    );
    expect(answer).to.deep.equal(Object.values(parameters));
  });

  it('keeps settings to the request that names them', async () => {
    const client = clientOf(server.url);
    const query = `SELECT getSetting('max_threads') = 1`;
    const withSetting = await client.query({ query, clickhouse_settings: { max_threads: 1 }, format: 'TabSeparated' });
    const without = await client.query({ query: `SELECT getSetting('max_threads') = 1`, format: 'TabSeparated' });
    expect([await withSetting.text(), await without.text()]).to.deep.equal(['1\n', '0\n']);
  });

  it('takes and gives compressed rows', async () => {
    const client = createClient({ url: server.url, compression: { request: true, response: true } });
    clients.push(client);
    await client.command({ query: 'CREATE TABLE zipped (id UInt64, text String) ENGINE = MergeTree ORDER BY id' });
    const values = Array.from({ length: 1000 }, (_, id) => ({ id, text: `text\t${id}` }));
    await client.insert({ table: 'zipped', values, format: 'JSONEachRow' });
    const answer = await client.query({ query: 'SELECT id, text FROM zipped ORDER BY id', format: 'JSONEachRow' });
    expect(await answer.json()).to.deep.equal(values);
  });

  it('answers errors with the codes of ClickHouse', async () => {
    const wrong = server.url.replace(/:[^:@]+@/, ':wrong@');
    expect(await codeOf(wrong, 'SELECT 1')).to.equal('516 AUTHENTICATION_FAILED');
    expect(await codeOf(server.url, 'SELECT 1 FROM missing')).to.equal('60 UNKNOWN_TABLE');
    expect(await codeOf(server.url.replace('/first', '/missing'), 'SELECT 1')).to.equal('81 UNKNOWN_DATABASE');
    // The first row of a long answer would be on its way without a buffer.
    const late = 'SELECT throwIf(number = 900000) FROM numbers(1000000)';
    expect(await codeOf(server.url, late)).to.equal('395 FUNCTION_THROW_IF_VALUE_IS_NON_ZERO');
  });

  it('keeps its data and its address when it limits the rights, and gives all of them back', async () => {
    const client = clientOf(server.url);
    await client.command({ query: 'CREATE TABLE kept (id UInt64, secret String) ENGINE = MergeTree ORDER BY id' });
    await client.insert({ table: 'kept', values: [{ id: 7, secret: 'x' }], format: 'JSONEachRow' });

    const url = await server.limit({ grants: ['SELECT(id) ON first.kept'], settings: { readonly: 1 } });
    expect(await ask(url, 'SELECT id FROM kept')).to.deep.equal([7]);
    expect(await codeOf(url, 'SELECT secret FROM kept')).to.equal('497 ACCESS_DENIED');
    expect(await codeOf(url, 'SELECT id FROM kept SETTINGS max_threads = 1')).to.equal('164 READONLY');

    expect(await server.limit()).to.equal(server.url);
    expect(await ask(server.url, 'SELECT secret FROM kept')).to.deep.equal(['x']);
  });

  it('creates databases in a server that is given by URL, and drops them', async () => {
    const inServer = await startEmbeddedClickHouse({ databaseName: 'guest', serverUrl: server.url });
    expect(await ask(inServer.url, 'SELECT currentDatabase()')).to.match(/^guest_/);
    await inServer.stop();
    expect(await codeOf(inServer.url, 'SELECT 1')).to.equal('81 UNKNOWN_DATABASE');
  });
});
