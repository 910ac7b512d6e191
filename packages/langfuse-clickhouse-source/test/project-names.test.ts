import { RefusedError } from '@sluice/core/adapter';
import { SourceDriftError, type ReadPlan } from '@sluice/core/source';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { executeStatement } from '@sluice/langfuse-history';
import { expect } from 'chai';
import pg from 'pg';
import { aSource, everything, valuesOf } from './a-source.js';
import { anEmptiedDatabase } from './test-database.js';

const PLAN: ReadPlan = {
  streams: [{ stream: 'trace', fields: [{ field: 'project_name' }] }],
  settleMs: 0,
  revisitMs: 0,
  maxWindowMs: 1,
};

describe('the names of projects', function () {
  this.timeout(60_000);
  let url: string;
  let postgres: string;

  before(async () => {
    postgres = await createSharedDatabase('names');
    const client = new pg.Client(postgres);
    await client.connect();
    await client.query(`CREATE TABLE projects (id text, name text);
      INSERT INTO projects VALUES ('p1', 'It’s \\ ''ours'''), ('p2', 'Search'), ('p3', 'Chat')`);
    await client.end();
    url = await anEmptiedDatabase('v3');
    for (const project of ['p1', 'p2', 'p3', 'p4']) {
      await executeStatement(
        url,
        `INSERT INTO traces (id, project_id, timestamp, name, created_at, updated_at, event_ts)
          VALUES ('t', '${project}', now64(3), 'a', now64(3), now64(3), now64(3))`,
      );
    }
  });

  async function namesOf(options: object): Promise<object> {
    const values = await valuesOf(aSource(url, options), everything('trace'), ['project_name']);
    return Object.fromEntries([...values].map(([key, { project_name: name }]) => [key.slice(0, 2), name]));
  }

  it('come from Langfuse’s Postgres, unless the pipeline file has them', async () => {
    expect(await namesOf({ postgres, projectNames: { p2: 'Our search' } })).to.deep.equal({
      p1: "It’s \\ 'ours'",
      p2: 'Our search',
      p3: 'Chat',
      p4: null,
    });
    expect(await namesOf({ projectNames: { p2: 'Our search' } })).to.deep.equal({
      p1: null,
      p2: 'Our search',
      p3: null,
      p4: null,
    });
  });

  it('are of listed projects alone, as a statement has room for some thousands', async () => {
    const others = Array.from({ length: 10_000 }, (_, index) => [`another-project-${index}`, 'Another project']);
    const projectNames = { ...Object.fromEntries(others), p2: 'Our search' };
    expect(await namesOf({ projects: ['p2'], projectNames })).to.deep.equal({ p2: 'Our search' });
    const failure: unknown = await namesOf({ projectNames }).catch((each: unknown) => each);
    expect(failure).instanceOf(SourceDriftError).property('message').includes('export fewer projects');
  });

  it('are not asked for where the mapping does not read them', async () => {
    const source = aSource(url, { postgres: 'postgres://nobody:wrong@127.0.0.1:1/nowhere' });
    expect([...(await valuesOf(source, everything('trace'), ['id'])).keys()]).to.have.lengthOf(4);
  });

  it('are refused by name when the password is wrong or the database is another', async () => {
    const wrong = new URL(postgres);
    wrong.password = 'wrong';
    const other = new URL(await createSharedDatabase('other'));
    for (const [address, error, text] of [
      [wrong.href, RefusedError, 'password authentication failed'],
      [other.href, SourceDriftError, 'must be the database of the same Langfuse'],
    ] as const) {
      const source = aSource(url, { postgres: address });
      const failure: unknown = await valuesOf(source, everything('trace'), ['project_name']).catch(
        (each: unknown) => each,
      );
      expect(failure).to.be.instanceOf(error).with.property('message').that.contains(text);
      const finding = (await source.check({ plan: PLAN })).find(({ name }) => name === 'project names');
      expect(finding).to.include({ outcome: 'bad' }).with.property('message').that.contains(text);
    }
  });

  it('are checked', async () => {
    const finding = async (options: object) =>
      (await aSource(url, options).check({ plan: PLAN })).find(({ name }) => name === 'project names');
    expect(await finding({})).to.include({ outcome: 'warning' });
    expect(await finding({ postgres, projects: ['p1'] })).to.include({ outcome: 'good' });
    expect(await finding({ postgres, projects: ['p1', 'p4'] })).to.include({
      outcome: 'warning',
      message: 'there is no name for p4',
    });
  });
});
