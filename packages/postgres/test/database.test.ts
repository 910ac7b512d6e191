import { startEmbeddedPostgres, type EmbeddedPostgres } from '@sluice/embedded-postgres';
import { expect } from 'chai';
import fc from 'fast-check';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { parseConnectionUrl } from '#src/connection-settings.js';
import { Database } from '#src/database.js';
import { isReadTimeout, postgresFailure, type PostgresFailure } from '#src/postgres-failure.js';
import type { PoolOptions } from '#src/pool.js';
import { SERVER } from './certificates.js';

const ACCESS_RULES = `
hostssl all by_md5   all md5
host    all by_trust all trust
host    all,replication all all scram-sha-256
`;

describe('Database', () => {
  let server: EmbeddedPostgres;
  let client: Client;
  const open: Database[] = [];

  before(async () => {
    server = await startEmbeddedPostgres({ serverUrl: '', tls: SERVER, accessRules: ACCESS_RULES });
    client = new Client(server.url);
    await client.connect();
    await client.query(`
      SET password_encryption = 'md5'; CREATE ROLE by_md5 LOGIN PASSWORD 'secret';
      SET password_encryption = 'scram-sha-256'; CREATE ROLE by_trust LOGIN; CREATE ROLE by_scram LOGIN PASSWORD 'secret'`);
  });
  after(async () => {
    await client.end();
    await server.stop();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((database) => database.close()));
  });

  function aDatabase(url: string, options: Partial<PoolOptions> = {}): Database {
    const settings = parseConnectionUrl(url);
    if ('problem' in settings) throw new Error(settings.problem);
    const limits = { statementTimeoutMs: 10_000, connectTimeoutMs: 5000, maxConnections: 2 };
    const database = new Database(settings, { ...limits, ...options, session: {} });
    open.push(database);
    return database;
  }

  function changed(change: (url: URL) => void): string {
    const url = new URL(server.url);
    change(url);
    return url.href;
  }

  /** The URL with other hosts before that of the server. */
  function urlAfter(hosts: string, parameters = ''): string {
    return server.url.replace(/@[^/]+/, (own) => `@${hosts},${own.slice(1)}`) + parameters;
  }

  async function valueOf<T>(database: Database, expression: string): Promise<T | undefined> {
    const [row] = await database.read((query) => query<{ value: T }>(`SELECT ${expression} AS value`));
    return row?.value;
  }

  async function failureOf(url: string): Promise<PostgresFailure | undefined> {
    return aDatabase(url)
      .read((query) => query('SELECT 1'))
      .then(
        () => expect.fail('it connected'),
        (error: unknown) => postgresFailure(error),
      );
  }

  it('connects to the first of several hosts that answers', async () => {
    const database = aDatabase(urlAfter('127.0.0.1:1'));
    expect(await valueOf<string>(database, 'current_user')).to.equal('postgres');
    expect(database.place).to.match(/^127\.0\.0\.1:1,127\.0\.0\.1:\d+\//);
  });

  it('reports when none of several hosts answers', async () => {
    expect(await failureOf('postgres://u:p@127.0.0.1:1,127.0.0.1:2/d')).to.include({ kind: 'transient' });
  });

  it('does not offer the password to another host after one has refused it', async () => {
    const url = changed((each) => (each.password = 'wrong'));
    expect(await failureOf(url.replace(/@([^/]+)/, '@$1,127.0.0.1:1'))).to.include({ kind: 'credentials' });
  });

  it('connects to the kind of server that target_session_attrs asks for', async function () {
    this.timeout(60_000);
    const replica = await server.startReplica();
    try {
      const standby = new URL(replica.urlOf(server.url)).host;
      const isStandby = (kind: string): Promise<boolean | undefined> =>
        valueOf<boolean>(aDatabase(urlAfter(standby, `?target_session_attrs=${kind}`)), 'pg_is_in_recovery()');
      for (const kind of ['any', 'standby', 'read-only', 'prefer-standby'])
        expect(await isStandby(kind)).to.equal(true);
      for (const kind of ['primary', 'read-write']) expect(await isStandby(kind)).to.equal(false);
    } finally {
      await replica.stop();
    }
    const none = await failureOf(`${server.url}?target_session_attrs=standby`);
    expect(none).to.include({ kind: 'transient', report: 'no server in url is standby' });
    const preferred = aDatabase(`${server.url}?target_session_attrs=prefer-standby`);
    expect(await valueOf<boolean>(preferred, 'pg_is_in_recovery()')).to.equal(false);
  });

  describe('with channel_binding', () => {
    const as = (user: string, parameters: string): string =>
      changed((url) => {
        url.username = user;
        url.password = 'secret';
        url.search = parameters;
      });

    it('connects when the server can prove that it knows the password', async () => {
      for (const mode of ['require', 'prefer', 'disable']) {
        const database = aDatabase(as('by_scram', `sslmode=require&channel_binding=${mode}`));
        expect(await valueOf<string>(database, 'current_user')).to.equal('by_scram');
      }
    });

    for (const [user, sslmode] of [
      ['by_md5', 'require'],
      ['by_trust', 'require'],
      ['by_scram', 'disable'],
    ] as const) {
      it(`refuses ${user} with sslmode=${sslmode} when it is required`, async () => {
        expect(await failureOf(as(user, `sslmode=${sslmode}&channel_binding=require`))).to.include({
          kind: 'credentials',
          report: 'the server offers no channel binding, which url requires',
        });
        if (user === 'by_md5') return;
        const database = aDatabase(as(user, `sslmode=${sslmode}&channel_binding=prefer`));
        expect(await valueOf<string>(database, 'current_user')).to.equal(user);
      });
    }
  });

  it('refuses a server that asks for a password when url has none, and closes the connection', async () => {
    const url = changed((each) => (each.password = '')).replace(':@', '@');
    const others = `SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;
    const { rowCount: before } = await client.query(others);
    for (const parameters of ['?sslmode=disable', '?sslmode=require']) {
      expect(await failureOf(url + parameters)).to.include({
        kind: 'credentials',
        report: 'the server asks for a password and url has none',
      });
    }
    while ((await client.query(others)).rowCount !== before);
  });

  it('waits for a Unix socket that does not exist yet', async () => {
    expect(await failureOf('postgres://u:p@/d?host=/no/such:eu:folder')).to.include({ kind: 'transient' });
  });

  it('gives up on a server that never answers', async () => {
    const sockets: Socket[] = [];
    const silent: Server = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const { port } = silent.address() as AddressInfo;
    const failure = await failureOf(`postgres://u:p@127.0.0.1:${port}/d?connect_timeout=1`);
    expect(failure).to.include({ kind: 'transient', report: 'timeout expired' });
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('works again after a network that stood still in the middle of an answer', async () => {
    const target = new URL(server.url);
    const sockets: Socket[] = [];
    let standsStill = false;
    let goOn = (): void => {};
    const proxy: Server = createServer((socket) => {
      const upstream = connect(Number(target.port), target.hostname);
      sockets.push(socket, upstream);
      for (const each of [socket, upstream]) each.on('error', () => each.destroy());
      socket.on('data', (data) => upstream.write(data));
      upstream.on('data', (data) => {
        if (!standsStill || data.length < 10_000) {
          socket.write(data);
          return;
        }
        socket.write(data.subarray(0, -7));
        upstream.pause();
        goOn = () => {
          socket.write(data.subarray(-7));
          upstream.resume();
        };
      });
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve);
    });
    const { port } = proxy.address() as AddressInfo;
    const url = `postgres://${target.username}:${target.password}@127.0.0.1:${port}/postgres?sslmode=disable`;
    for (const way of ['copy', 'query']) {
      const database = aDatabase(url, { connectTimeoutMs: 300, statementTimeoutMs: 300, maxConnections: 1 });
      const read = (text: string): Promise<unknown> =>
        database.read<unknown>((query, copy) => (way === 'copy' ? copy(text) : query(text)));
      standsStill = true;
      const failure = await read(`SELECT repeat('0', 1000) FROM generate_series(1, 1000)`).catch(
        (error: unknown) => error,
      );
      expect(failure, way).to.satisfy(isReadTimeout);
      standsStill = false;
      goOn();
      await read('SELECT 42');
    }
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });

  it('says why the server has ended a connection', async () => {
    const database = aDatabase(server.url);
    const failure = await database
      .read((query) => query('SELECT pg_terminate_backend(pg_backend_pid())'))
      .catch((error: unknown) => postgresFailure(error));
    expect(failure).to.include({ code: '57P01', kind: 'transient' });
    expect(await valueOf<number>(database, '1')).to.equal(1);
  });

  it('passes on options, application_name and search_path', async () => {
    const options = encodeURIComponent('-c search_path=a,pg_catalog -c geqo=off');
    const database = aDatabase(`${server.url}?application_name=mine&options=${options}`);
    expect(await valueOf<string>(database, `current_setting('geqo')`)).to.equal('off');
    expect(await valueOf<string>(database, `current_setting('search_path')`)).to.equal('a,pg_catalog');
    expect(await valueOf<string>(database, `current_setting('application_name')`)).to.equal('mine');
  });

  it('is not ended by a transaction_timeout of the role', async () => {
    await client.query(`ALTER ROLE by_trust SET transaction_timeout = '5min'`);
    const database = aDatabase(changed((url) => (url.username = 'by_trust')));
    expect(await valueOf<string>(database, `current_setting('transaction_timeout')`)).to.equal('0');
  });

  it('opens no more connections than connection_limit', async () => {
    const database = aDatabase(`${server.url}?connection_limit=1&application_name=limited`);
    const counts = await Promise.all(
      [1, 2, 3].map(() =>
        valueOf<string>(database, `(SELECT count(*) FROM pg_stat_activity WHERE application_name = 'limited')`),
      ),
    );
    expect(counts).to.deep.equal(['1', '1', '1']);
  });

  it('reads one moment of the database, and cannot write to it', async () => {
    const database = aDatabase(server.url);
    await client.query('CREATE TABLE numbers (number integer)');
    const counts = await database.read(async (query) => {
      const count = () => query<{ count: string }>('SELECT count(*) FROM numbers');
      const first = await count();
      await client.query('INSERT INTO numbers VALUES (1)');
      return [...first, ...(await count())].map((row) => row.count);
    });
    expect(counts).to.deep.equal(['0', '0']);
    const error = await database.read((query) => query('DELETE FROM numbers')).catch((reason: unknown) => reason);
    expect(postgresFailure(error)?.code).to.equal('25006');
  });

  it('returns rows as lists of texts on request', async () => {
    const database = aDatabase(server.url, { areValuesText: true });
    const rows = await database.read((query) => query(`SELECT 1.50, NULL, timestamp '2026-01-02 03:04:05'`));
    expect(rows).to.deep.equal([['1.50', null, '2026-01-02 03:04:05']]);
  });

  it('leaves the backslashes of a statement before a question mark alone', async () => {
    const database = aDatabase(server.url, { areValuesText: true });
    // `\?` is a question mark.
    const statement = String.raw`SELECT ?::text, '\?', '\\?', '\\\?', '\\\?\\?', ?::text`;
    const read = ['first', '?', String.raw`\?`, String.raw`\\?`, String.raw`\\?\?`, 'last'];
    expect(await database.read((query) => query(statement, ['first', 'last']))).to.deep.equal([read]);
    const { bytes } = await database.read((_, copy) => copy(statement, ['first', 'last']));
    expect(bytes.toString().replaceAll('\\\\', '\\')).to.equal(`${read.join('\t')}\n`);
  });

  describe('copy', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
      fc.constantFrom(
        '',
        `'`,
        '\\',
        `\\'`,
        '$1',
        '?',
        `'; DROP TABLE numbers; --`,
        'é😀',
        '{"a,b"}',
        'NULL',
        '\t\n\\N',
      ),
    );

    it('reads the values that a statement with parameters reads', async () => {
      const database = aDatabase(server.url);
      await fc.assert(
        fc.asyncProperty(fc.array(anything), fc.integer(), anything, async (list, number, text) => {
          const statement = `SELECT json_build_array(?::text[], ?::bigint, ?::text, ?::text)`;
          const { bytes, rows } = await database.read((_, copy) => copy(statement, [list, number, text, null]));
          expect(rows).to.equal(1);
          // JSON has no control characters: COPY only doubles backslashes.
          const read: unknown = JSON.parse(bytes.toString().replaceAll('\\\\', '\\'));
          expect(read).to.deep.equal([list, number, text, null]);
        }),
        { numRuns: 30, seed: 42 },
      );
    });

    it('reads no value that has a zero, as the server says of parameters', async () => {
      const database = aDatabase(server.url);
      for (const value of ['a\0b', ['\0']]) {
        const failures = await Promise.all(
          [
            database.read((_, copy) => copy('SELECT ?::text', [value])),
            database.read((query) => query('SELECT ?::text', [value])),
          ].map((work) => work.catch((error: unknown) => postgresFailure(error)?.code)),
        );
        expect(failures).to.deep.equal(['22021', '22021']);
      }
    });

    it('fails with the error of a row, and leaves the connection usable', async () => {
      const database = aDatabase(`${server.url}?connection_limit=1`);
      const error: unknown = await database
        .read((_, copy) => copy('SELECT 1 / (500 - n) FROM generate_series(1, 1000) AS n'))
        .catch((reason: unknown) => reason);
      expect(postgresFailure(error)?.code).to.equal('22012');
      const { bytes } = await database.read((_, copy) => copy('SELECT 1'));
      expect(bytes.toString()).to.equal('1\n');
    });

    it('rejects at once when it is aborted, and the statement is cancelled', async () => {
      const database = aDatabase(`${server.url}?application_name=aborted`);
      const isActive = async (): Promise<boolean> =>
        (
          await client.query(
            `SELECT 1 FROM pg_stat_activity WHERE application_name = 'aborted' AND state = 'active' AND query LIKE 'COPY%'`,
          )
        ).rowCount === 1;
      const abort = new AbortController();
      const work = database.read((_, copy) => copy('SELECT pg_sleep(600)'), { signal: abort.signal });
      const failed = work.catch((reason: unknown) => reason);
      while (!(await isActive()));
      abort.abort('enough');
      expect(await failed).to.equal('enough');
      while (await isActive());
    });
  });
});
