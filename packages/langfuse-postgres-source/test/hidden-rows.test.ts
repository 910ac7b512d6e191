import type { CheckResult } from '@sluice/core/adapter';
import { SourceDriftError } from '@sluice/core/source';
import { aGeneration, aScore, aTrace, insertRows, LANGFUSE_SCHEMA_SQL } from '@sluice/langfuse-history';
import { expect } from 'chai';
import { aSource, everything, placesOf } from './a-source.js';
import { aDocumentedRole } from './documented-role.js';
import { aLangfuseDatabase, type TestDatabase } from './test-database.js';

const TABLES = ['projects', 'traces', 'observations', 'scores', 'models', 'prompts'] as const;

describe('rows that the server hides', () => {
  let database: TestDatabase;
  let url: string;
  let role: string;

  before(async () => {
    database = await aLangfuseDatabase({ isShared: true });
    await insertRows(database.client, 'traces', [aTrace()]);
    await insertRows(database.client, 'observations', [aGeneration()]);
    await insertRows(database.client, 'scores', [aScore()]);
    url = await aDocumentedRole(database);
    role = new URL(url).username;
  });
  after(() => database.client.end());
  afterEach(async () => {
    const { rows } = await database.client.query<{ drop: string }>(
      `SELECT format('DROP POLICY %I ON %I', polname, polrelid::regclass::text) AS drop FROM pg_policy`,
    );
    for (const { drop } of rows) await database.client.query(drop);
    for (const table of TABLES) {
      await database.client.query(`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY`);
    }
    await database.client.query(`ALTER ROLE ${role} NOBYPASSRLS`);
  });

  async function finding(name: string, from = url): Promise<CheckResult | undefined> {
    return (await aSource(from).check()).find((each) => each.name === name);
  }

  async function refused(work: Promise<unknown>): Promise<string> {
    const error: unknown = await work.then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(error).to.be.instanceOf(SourceDriftError);
    return (error as SourceDriftError).message;
  }

  for (const table of TABLES) {
    it(`are not taken for missing ones: row-level security on ${table}, until the printed policy shows them`, async () => {
      await database.client.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      expect(await refused(aSource(url).open()))
        .to.contain(`hides rows of ${table}`)
        .and.contain('sluice check');
      const found = await finding('row-level security');
      expect(found).to.include({ outcome: 'bad' });
      for (const statement of found?.statements ?? []) await database.client.query(statement);
      await aSource(url).open();
      expect(await finding('row-level security')).to.include({ outcome: 'good' });
      expect(await placesOf(aSource(url), everything('trace'))).to.deep.equal(['event trace-1']);
    });
  }

  const partial = [
    ['a policy for some rows', `CREATE POLICY a_few ON traces USING (name = 'x')`],
    ['a policy for another role', 'CREATE POLICY other ON traces TO pg_monitor USING (true)'],
    ['a policy for writing', 'CREATE POLICY writing ON traces FOR UPDATE USING (true)'],
    ['a policy without rows', 'CREATE POLICY nothing ON traces FOR SELECT'],
    [
      'a restrictive policy beside one for all rows',
      `CREATE POLICY every ON traces USING (true); CREATE POLICY less ON traces AS RESTRICTIVE USING (name = 'x')`,
    ],
  ] as const;
  for (const [title, policies] of partial) {
    it(`are not taken for missing ones: ${title}`, async () => {
      await database.client.query(`ALTER TABLE traces ENABLE ROW LEVEL SECURITY; ${policies}`);
      expect(await refused(placesOf(aSource(url), everything('trace')))).to.contain('hides rows of traces');
      const digest = { stream: 'trace', from: Date.UTC(2026, 0), until: Date.UTC(2027, 0), handover: 0 };
      expect(await refused(aSource(url).digest?.(digest) ?? Promise.resolve())).to.contain('hides rows of traces');
      const found = await finding('row-level security');
      expect(found).to.include({ outcome: 'bad' });
      for (const statement of found?.statements ?? []) await database.client.query(statement);
      await aSource(url).open();
      expect(await finding('further permissions')).to.include({ outcome: 'good' });
    });
  }

  it('stop a run in the middle, whether or not policies showed them before', async () => {
    const source = aSource(url);
    await source.open();
    expect(await placesOf(source, everything('score'))).to.have.length(1);
    await database.client.query(
      'ALTER TABLE scores ENABLE ROW LEVEL SECURITY; CREATE POLICY every ON scores USING (true)',
    );
    expect(await placesOf(source, everything('score'))).to.have.length(1);
    await database.client.query('DROP POLICY every ON scores');
    expect(await refused(placesOf(source, everything('score')))).to.contain('hides rows of scores');
    expect(await refused(source.next('score', 'event', 0))).to.contain('hides rows of scores');
    const get = source.get?.({ stream: 'score', keys: ['score-1'], fields: [{ field: 'id' }] });
    expect(await refused(get?.[Symbol.asyncIterator]().next() ?? Promise.resolve())).to.contain('hides rows of scores');
  });

  it('are seen by the owner of the tables and by a role that bypasses row-level security', async () => {
    await database.client.query('ALTER TABLE traces ENABLE ROW LEVEL SECURITY');
    await aSource(database.url).open();
    await database.client.query(`ALTER ROLE ${role} BYPASSRLS`);
    await aSource(url).open();
    expect(await finding('further permissions')).to.include({ outcome: 'good' });
    expect(await finding('row-level security')).to.equal(undefined);
  });
});

describe('tables that are not Langfuse’s own', () => {
  let database: TestDatabase;

  before(async () => {
    database = await aLangfuseDatabase({ isShared: true });
    await insertRows(database.client, 'traces', [aTrace()]);
    await database.client.query(`
      CREATE SCHEMA views; CREATE SCHEMA empty; CREATE SCHEMA copies; CREATE SCHEMA parts; CREATE SCHEMA children`);
    for (const table of TABLES) {
      await database.client.query(`
        CREATE VIEW views.${table} AS SELECT * FROM public.${table};
        CREATE MATERIALIZED VIEW copies.${table} AS SELECT * FROM public.${table};
        CREATE TABLE children.${table} () INHERITS (public.${table})`);
    }
    await database.client.query(
      LANGFUSE_SCHEMA_SQL.replace(/^/, 'SET search_path TO empty; ').concat('; SET search_path TO public'),
    );
  });
  after(() => database.client.end());

  function reading(parameters: string): string {
    return new URL(`?${parameters}`, database.url).href;
  }

  const refusals = [
    ['views', 'schema=views', /views\.projects is a view, which may lack rows/],
    ['materialized views', 'schema=copies', /copies\.projects is a materialized view/],
    ['children of the tables', 'schema=children', /children\.traces is a part of another table/],
    ['tables of an empty schema', 'schema=empty', /no projects, and .*public.* \?schema=/],
    ['an empty schema first in the search path', 'options=-csearch_path=empty,views', /no projects, and /],
    ['a schema that does not exist', 'schema=gone', /missing tables projects, .* in "?gone"?; the schema \w+ has them/],
    ['a search path that leads nowhere', 'options=-csearch_path=gone', /missing tables projects/],
    ['tables of two schemas', 'options=-csearch_path=mixed,public', /several schemas: .*mixed\.traces/],
  ] as const;
  for (const [title, parameters, message] of refusals) {
    it(`are refused: ${title}`, async () => {
      if (title === 'tables of two schemas') {
        await database.client.query('CREATE SCHEMA mixed CREATE TABLE traces (LIKE public.traces)');
      }
      const error: unknown = await aSource(reading(parameters))
        .open()
        .catch((failure: unknown) => failure);
      expect(error).to.be.instanceOf(SourceDriftError);
      expect((error as SourceDriftError).message).to.match(message);
      const findings = await aSource(reading(parameters)).check();
      const bad = findings.filter(({ outcome }) => outcome === 'bad');
      expect(bad).to.have.length(1);
      expect(`${bad[0]?.message}; ${bad[0]?.fix}`).to.match(message);
    });
  }

  it('are not looked for in a schema that the role may not use: check prints the grant', async () => {
    const url = await aDocumentedRole(database);
    await database.client.query('REVOKE USAGE ON SCHEMA public FROM PUBLIC');
    await database.client.query(`REVOKE USAGE ON SCHEMA public FROM ${new URL(url).username}`);
    const bad = (await aSource(url).check()).find(({ outcome }) => outcome === 'bad');
    expect(bad?.message).to.contain('the role may not use the schema public');
    await database.client.query(bad?.fix ?? '');
    await aSource(url).open();
  });

  it('name unknown projects when a run begins', async () => {
    const error: unknown = await aSource(database.url, { projects: ['project-1', 'gone'] })
      .open()
      .catch((failure: unknown) => failure);
    expect(error).to.be.instanceOf(SourceDriftError);
    expect((error as SourceDriftError).message).to.contain('unknown project gone: the projects are project-1');
  });
});
