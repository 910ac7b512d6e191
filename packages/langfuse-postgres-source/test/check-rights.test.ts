import { ConfigError, type CheckResult } from '@sluice/core/adapter';
import { langfuseStreams } from '#src/streams.js';
import { aGeneration, aScore, aTrace, insertRows } from '@sluice/langfuse-history';
import { expect } from 'chai';
import { aSource, everything, pagesOf, valuesOf } from './a-source.js';
import { aDocumentedRole, documentedScript } from './documented-role.js';
import { aLangfuseDatabase, type TestDatabase } from './test-database.js';

const isContent = (field: string): boolean => ['input', 'output'].includes(field);

describe('checking the permissions of a role', () => {
  let database: TestDatabase;
  let url: string;
  let role: string;

  beforeEach(async () => {
    database = await aLangfuseDatabase();
    url = await aDocumentedRole(database);
    role = new URL(url).username;
  });

  async function finding(name: string, options: object = {}): Promise<CheckResult | undefined> {
    return (await aSource(url, options).check()).find((each) => each.name === name);
  }

  it('accepts the role of the documentation, which can read every field', async () => {
    const findings = (await aSource(url).check()).filter(({ name }) => name !== 'clock');
    expect(findings.map(({ outcome }) => outcome)).to.deep.equal(findings.map(() => 'good'));
    expect(findings.map(({ name }) => name)).to.include.members(['read permissions', 'further permissions']);
    await insertRows(database.client, 'traces', [aTrace()]);
    await insertRows(database.client, 'observations', [aGeneration()]);
    await insertRows(database.client, 'scores', [aScore()]);
    for (const { name, fields } of langfuseStreams) {
      const asked = Object.keys(fields).flatMap((field) => (isContent(field) ? [] : [{ field }]));
      const pages = await pagesOf(aSource(url), { window: everything(name), fields: asked });
      expect(pages.flatMap(({ keys }) => keys)).to.have.length(1);
    }
  });

  it('prints the grants that inputs and outputs need, and then accepts the role', async () => {
    const included = { content: 'include' };
    const found = await finding('read permissions', included);
    expect(found?.message).to.equal(
      `the role ${role} cannot read traces.input, traces.output, observations.input, observations.output`,
    );
    await database.client.query(found?.statements?.join('\n') ?? '');
    expect(await finding('read permissions', included)).to.include({ outcome: 'good' });
    expect(await finding('further permissions', included)).to.include({ outcome: 'good' });
    await insertRows(database.client, 'traces', [aTrace({ input: { question: 'why?' }, output: ['because'] })]);
    await insertRows(database.client, 'observations', [aGeneration({ input: 'why?', output: null })]);
    const values = await Promise.all(
      ['trace', 'generation', 'observation'].map((stream) =>
        valuesOf(aSource(url, included), everything(stream), ['input', 'output']),
      ),
    );
    const content = { input: 'why?', output: null };
    expect(values.flatMap((byKey) => [...byKey.values()])).to.deep.equal([
      { input: { question: 'why?' }, output: ['because'] },
      content,
      content,
    ]);
  });

  it('refuses to read inputs that the options keep back', async () => {
    const request = { window: everything('trace'), fields: [{ field: 'input', path: ['question'] }] };
    const failure = await pagesOf(aSource(url), request).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(ConfigError).and.property('message').to.contain('set content: include');
  });

  const excesses: readonly [string, (role: string) => string, string][] = [
    ['can change a table', (name) => `GRANT UPDATE ON scores TO ${name}`, 'can change scores'],
    ['can change a column', (name) => `GRANT UPDATE (name) ON traces TO ${name}`, 'can change traces'],
    [
      'can read inputs',
      (name) => `GRANT SELECT ON observations TO ${name}`,
      'can read observations.input, observations.output',
    ],
    ['can read another table', (name) => `GRANT SELECT ON organizations TO ${name}`, 'can read organizations'],
    ['can create tables', (name) => `GRANT CREATE ON SCHEMA public TO ${name}`, 'can create tables'],
    ['can create roles', (name) => `ALTER ROLE ${name} CREATEROLE`, 'can create roles'],
    ['is a superuser', (name) => `ALTER ROLE ${name} SUPERUSER`, 'is a superuser'],
  ];
  for (const [title, change, message] of excesses) {
    it(`reports a role that ${title}`, async () => {
      await database.client.query(change(role));
      const found = await finding('further permissions');
      expect(found?.outcome).to.equal('warning');
      expect(found?.message).to.equal(`the role ${message}`.replace(/tables$/, 'tables in the schema'));
      expect(found?.statements?.join('\n')).to.contain('CREATE ROLE sluice').and.not.contain('input,');
    });
  }

  it('names the columns that the role cannot read, and the missing grant', async () => {
    await database.client.query(`REVOKE SELECT ON scores FROM ${role}`);
    const found = await finding('read permissions');
    expect(found?.message).to.equal(`the role ${role} cannot read scores`);
    expect(found?.statements).to.have.length(1);
    await database.client.query(found?.statements?.join('\n') ?? '');
    expect(await finding('read permissions')).to.include({ outcome: 'good' });
    expect(await finding('further permissions')).to.include({ outcome: 'good' });
  });

  it('prints the statements of the documentation for a role that can read too much', async () => {
    const own = await aSource(database.url).check();
    const printed = own.find(({ name }) => name === 'further permissions')?.statements?.join('\n') ?? '';
    const name = new URL(url).pathname.slice(1);
    expect(printed.replace(name, 'langfuse').split(/\s+/)).to.deep.equal(documentedScript().split(/\s+/));
  });

  it('names unknown projects', async () => {
    const found = await finding('projects', { projects: ['project-1', 'gone'] });
    expect(found).to.include({
      outcome: 'bad',
      message: 'unknown project gone: the projects are project-1, project-2, project-3',
    });
  });
});
