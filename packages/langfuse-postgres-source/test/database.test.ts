import { RefusedError, TransientError } from '@sluice/core/adapter';
import { ExactNumber, SourceDriftError, type RecordPage, type Source } from '@sluice/core/source';
import { aGeneration, aTrace, insertRows } from '@sluice/langfuse-history';
import { expect } from 'chai';
import { aSource, everything, pagesOf, placesOf } from './a-source.js';
import { aDocumentedRole } from './documented-role.js';
import { aLangfuseDatabase, anEmptyDatabase, type TestDatabase } from './test-database.js';

async function failureOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error as Error,
  );
}

describe('the Langfuse database', () => {
  let database: TestDatabase;
  let source: Source;

  beforeEach(async () => {
    database = await aLangfuseDatabase();
    source = aSource(database.url);
  });

  describe('that has changed', () => {
    const changes: readonly [string, string, RegExp][] = [
      ['an upgrade to v3', 'ALTER TABLE projects ADD COLUMN deleted_at timestamp(3)', /v3.*frozen: finish/],
      [
        'an upgrade to v4',
        'ALTER TABLE projects ADD COLUMN deleted_at timestamp(3); DROP TABLE traces, scores, observations CASCADE',
        /v4 dropped/,
      ],
      ['a missing column', 'ALTER TABLE scores DROP COLUMN string_value', /missing scores\.string_value.*v2\.60/],
      ['a missing table', 'DROP TABLE prompts CASCADE', /missing table prompts/],
    ];
    for (const [title, change, message] of changes) {
      it(`is refused by open: ${title}`, async () => {
        await database.client.query(change);
        const error = await failureOf(source.open());
        expect(error).to.be.instanceOf(SourceDriftError);
        expect(error.message).to.match(message);
      });

      it(`is noticed by next: ${title}`, async () => {
        await source.open();
        await database.client.query(change);
        expect(await failureOf(source.next('score', 'change', 0))).to.be.instanceOf(SourceDriftError);
      });

      it(`is noticed before the end of a window that is being read: ${title}`, async () => {
        await source.open();
        await insertRows(
          database.client,
          'traces',
          [1, 2, 3].map((number) => aTrace({ id: `t${number}` })),
        );
        const small = aSource(database.url, { pageSize: 2 });
        const pages = small.read({ window: everything('trace'), fields: [{ field: 'id' }] })[Symbol.asyncIterator]();
        expect((await pages.next()).value?.keys).to.deep.equal(['t1', 't2']);
        await database.client.query(change);
        expect(await failureOf(pages.next())).to.be.instanceOf(SourceDriftError);
      });
    }

    it('is exported to its end with frozen: finish', async () => {
      await insertRows(database.client, 'traces', [aTrace()]);
      await database.client.query('ALTER TABLE projects ADD COLUMN deleted_at timestamp(3)');
      const finishing = aSource(database.url, { frozen: 'finish' });
      await finishing.open();
      expect(await placesOf(finishing, everything('trace'))).to.deep.equal(['event trace-1']);
      expect(await finishing.ended?.()).to.deep.equal({ newest: Date.UTC(2026, 0, 10, 10) });
      await database.client.query('DELETE FROM traces');
      expect(await finishing.ended?.()).to.deep.equal({});
    });

    it('is recognised by a role that can read only the needed tables', async () => {
      const reader = aSource(await aDocumentedRole(database));
      await reader.open();
      await database.client.query('ALTER TABLE projects ADD COLUMN deleted_at timestamp(3)');
      expect((await failureOf(reader.open())).message).to.match(/v3.*frozen: finish/);
      await database.client.query('DROP TABLE traces, scores, observations CASCADE');
      expect((await failureOf(reader.open())).message).to.contain('v4 dropped');
    });
  });

  it('is refused without the tables of Langfuse', async () => {
    const error = await failureOf(aSource((await anEmptyDatabase()).url).open());
    expect(error).to.be.instanceOf(SourceDriftError);
    expect(error.message).to.contain('not a Langfuse v2 database');
  });

  it('can be in another schema', async () => {
    await database.client.query('ALTER SCHEMA public RENAME TO "Lang Fuse"');
    const elsewhere = aSource(new URL('?schema=Lang%20Fuse', database.url).href);
    await elsewhere.open();
    expect(await placesOf(elsewhere, everything('trace'))).to.deep.equal([]);
  });

  it('explains a wrong password, name and port without printing the password', async () => {
    const wrong = (change: (url: URL) => void): Promise<Error> => {
      const url = new URL(database.url);
      change(url);
      return failureOf(aSource(url.href).open());
    };
    const password = await wrong((url) => (url.password = 'hunter2'));
    expect(password).to.be.instanceOf(RefusedError);
    expect(password.message).not.to.contain('hunter2');
    expect(await wrong((url) => (url.pathname = '/nowhere'))).to.be.instanceOf(SourceDriftError);
    const port = await wrong((url) => (url.port = '1'));
    expect(port).to.be.instanceOf(TransientError);
    expect(port.message).to.contain('127.0.0.1:1/');
  });

  it('must encrypt when sslmode requires it', async () => {
    const error = await failureOf(aSource(new URL('?sslmode=require', database.url).href).open());
    expect(error).to.be.instanceOf(SourceDriftError);
    expect(error.message).to.contain('sslmode');
  });

  it('is only read, and no transaction stays open between two pages', async () => {
    await insertRows(database.client, 'traces', [aTrace({ id: 'a' }), aTrace({ id: 'b' })]);
    const reading = aSource(database.url, { pageSize: 1 }).read({
      window: everything('trace'),
      fields: [{ field: 'id' }],
    });
    const pages = reading[Symbol.asyncIterator]();
    await pages.next();
    const { rows } = await database.client.query<{ state: string; query: string }>(
      `SELECT state, query FROM pg_stat_activity WHERE application_name = 'sluice' AND datname = current_database()`,
    );
    expect(rows.map((row) => row.state)).to.deep.equal(['idle']);
    expect(rows[0]?.query).to.match(/commit/i);
  });

  it('leads to a transient error when a statement waits too long for a lock', async () => {
    await database.client.query('BEGIN; LOCK TABLE traces');
    const impatient = aSource(database.url, { lockTimeoutSeconds: 1 });
    const error = await failureOf(placesOf(impatient, everything('trace')));
    await database.client.query('ROLLBACK');
    expect(error).to.be.instanceOf(TransientError);
  });

  it('is left at once when the call is aborted, and the statement is cancelled', async () => {
    await database.client.query('BEGIN; LOCK TABLE traces');
    const patient = aSource(database.url, { lockTimeoutSeconds: 60 });
    const abort = new AbortController();
    const waiting = failureOf(patient.next('trace', 'event', 0, { signal: abort.signal }));
    await untilSluiceIs(database, 'active', 1);
    const reason = new Error('stopped by the user');
    abort.abort(reason);
    expect(await waiting).to.equal(reason);
    await untilSluiceIs(database, 'active', 0);
    await database.client.query('ROLLBACK');
  });

  it('can be restarted between two pages', async () => {
    await insertRows(database.client, 'traces', [aTrace({ id: 'a' }), aTrace({ id: 'b' })]);
    const small = aSource(database.url, { pageSize: 1 });
    const request = { window: everything('trace'), fields: [{ field: 'id' }] };
    const pages = small.read(request)[Symbol.asyncIterator]();
    const first = await pages.next();
    await database.client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'sluice' AND datname = current_database()`,
    );
    const after = (first.value as { cursors: string[] }).cursors[0] ?? '';
    let rest: RecordPage[] | undefined;
    while (rest === undefined) {
      rest = await pagesOf(small, { ...request, after }).catch((error: unknown) => {
        expect(error).to.be.instanceOf(TransientError);
        return undefined;
      });
    }
    expect(rest.flatMap((page) => page.keys)).to.deep.equal(['b']);
  });

  it('returns parts of JSON by path, of lists and of other values', async () => {
    await insertRows(database.client, 'traces', [
      aTrace({ id: '1', metadata: { $posthog_session_id: 'abc', 'a.b': [1, { c: '?' }] } }),
      aTrace({ id: '2', metadata: ['first'] }),
      aTrace({ id: '3', metadata: 'text' }),
    ]);
    await database.client.query(`UPDATE traces SET metadata = metadata || '{"huge": 1e400}' WHERE id = '1'`);
    const paths = [['$posthog_session_id'], ['a.b', 1, 'c'], [0], ['huge'], []];
    const [page] = await pagesOf(source, {
      window: everything('trace'),
      fields: paths.map((path) => ({ field: 'metadata', path })),
    });
    expect(page?.rows.map((row) => row.slice(0, 4))).to.deep.equal([
      ['abc', '?', null, new ExactNumber(`1${'0'.repeat(400)}`)],
      [null, null, 'first', null],
      [null, null, null, null],
    ]);
    expect(page?.rows.map((row) => row[4])).to.deep.equal([
      { $posthog_session_id: 'abc', 'a.b': [1, { c: '?' }], huge: new ExactNumber(`1${'0'.repeat(400)}`) },
      ['first'],
      'text',
    ]);
  });

  it('returns its time', async () => {
    expect(Math.abs((await source.now()) - Date.now())).to.be.lessThan(5000);
  });

  it('is checked without throwing', async () => {
    const findings = await source.check();
    expect(findings.find(({ name }) => name === 'database reachable')?.outcome).to.equal('good');
    expect(findings.find(({ name }) => name === 'further permissions')?.message).to.contain('superuser');
    const [down] = await aSource('postgres://u:p@127.0.0.1:1/none').check();
    expect(down).to.include({ outcome: 'bad' }).and.to.have.property('fix');
  });

  it('is identified by host, port, database and projects, not by its credentials', async () => {
    const { description, fingerprint } = source.identity();
    expect(description).to.match(/^database langfuse_\d+ on 127\.0\.0\.1:\d+, projects: all$/);
    const other = new URL(database.url);
    other.password = 'changed';
    expect(aSource(other.href).identity().fingerprint).to.equal(fingerprint);
    expect(aSource(database.url, { projects: ['a'] }).identity().fingerprint).not.to.equal(fingerprint);
  });

  it('is read in index order only, wherever its rows are', async () => {
    await database.client.query(`
      INSERT INTO observations (id, type, trace_id, project_id, start_time, created_at)
      SELECT 'o' || n, 'GENERATION', 't' || n / 3, 'project-' || 1 + (n % 100)::bool::int, now() - n * interval '1 s', now()
      FROM generate_series(1, 20000) AS n; ANALYZE observations`);
    await insertRows(database.client, 'traces', [aTrace({ id: 't1' })]);
    await insertRows(database.client, 'observations', [aGeneration({ id: 'mine', project_id: 'project-3' })]);
    const before = await sequentialScans(database);
    for (const projects of ['all', ['project-1'], ['project-3', 'project-1']]) {
      const reader = aSource(database.url, { projects, pageSize: 500 });
      await placesOf(reader, everything('generation', { until: Date.UTC(2100, 0) }));
      await placesOf(reader, {
        ...everything('trace'),
        axis: 'change',
        from: Date.now() - 1000,
        revisitMs: 86_400_000,
      });
      await reader.next('generation', 'event', 0);
      await reader.close();
    }
    expect(await sequentialScans(database)).to.equal(before);
  });
});

async function untilSluiceIs({ client }: TestDatabase, state: string, count: number): Promise<void> {
  for (;;) {
    // Inside a transaction the view would show what it showed first.
    await client.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await client.query(
      `SELECT 1 FROM pg_stat_activity
       WHERE application_name = 'sluice' AND datname = current_database() AND state = $1 AND wait_event_type = 'Lock'`,
      [state],
    );
    if (rows.length === count) return;
  }
}

/** Statistics arrive late: those of this session at once, those of a closed one when it ends. */
async function sequentialScans({ client }: TestDatabase): Promise<string> {
  await client.query('SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()');
  const { rows } = await client.query<{ scans: string }>(
    `SELECT sum(seq_scan) AS scans FROM pg_stat_user_tables WHERE relname IN ('traces', 'observations', 'scores')`,
  );
  return rows[0]?.scans ?? '';
}
