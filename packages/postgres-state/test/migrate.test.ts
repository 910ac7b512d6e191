import { StateError, type StateChange, type StateWriter } from '@sluice/core/state';
import { expect } from 'chai';
import { failureOf } from './failure-of.js';
import { anEmptyDatabase, aStore } from './state-database.js';

/** The same database as another role. */
function asRole(url: string, role: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = 'limited';
  return changed.href;
}

/** Roles and databases belong to the whole server. */
const [WORKER, STRANGER, LATIN] = ['worker', 'stranger', 'latin'].map((name) => `${name}_${process.pid}`) as [
  string,
  string,
  string,
];

const PLANS: readonly StateChange[] = [1, 2, 3].map((id) => ({
  type: 'plan',
  id,
  purpose: 'following',
  window: { stream: `s${id}`, axis: 'change', from: 0, until: 1, revisitMs: 0 },
  at: 0,
}));

describe('the tables of the state', () => {
  let url: string;
  let query: (text: string) => Promise<readonly Record<string, unknown>[]>;
  beforeEach(async () => {
    const database = await anEmptyDatabase();
    ({ url } = database);
    query = async (text) => (await database.client.query<Record<string, unknown>>(text)).rows;
  });

  it('are created once by many workers that start at the same time', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `pipeline-${index}`);
    const writers = await Promise.all(names.map((name) => aStore(url).acquire(name)));
    for (const writer of writers) await writer.commit([{ type: 'backfilled', stream: 'a' }]);
    await Promise.all(writers.map((writer) => writer.release()));
    expect(await query('SELECT name FROM sluice.migrations')).to.deep.equal([
      { name: '0001-create-tables' },
      { name: '0002-state-parts' },
      { name: '0003-workers' },
      { name: '0004-changed-parts' },
      { name: '0005-back-off' },
      { name: '0006-ceiling' },
    ]);
    expect(await query('SELECT count(*)::int AS pipelines FROM sluice.pipelines')).to.deep.equal([{ pipelines: 12 }]);
  });

  it('are only in the configured schema, separate from those of another schema', async () => {
    const stores = ['sluice', 'team_b'].map((schema) => aStore(url, { schema }));
    const writers: StateWriter[] = [];
    for (const store of stores) writers.push(await store.acquire('p'));
    await writers[0]?.commit([{ type: 'backfilled', stream: 'a' }]);
    expect((await stores[1]?.reader('p').read())?.revision).to.equal(0);
    await Promise.all(writers.map((writer) => writer.release()));
    const schemas = await query(
      `SELECT DISTINCT schemaname FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    expect(schemas).to.deep.equal([{ schemaname: 'sluice' }, { schemaname: 'team_b' }]);
  });

  it('are not created by reading, nor by a check, which rolls back its attempt', async () => {
    expect((await aStore(url).reader('p').read()).revision).to.equal(0);
    const results = (await aStore(url).check?.('p')) ?? [];
    expect(results.map(({ name, outcome }) => `${name}: ${outcome}`)).to.deep.equal([
      'state readable: good',
      'state writable: good',
      'state lockable: good',
    ]);
    expect(await query(`SELECT 1 FROM pg_namespace WHERE nspname = 'sluice'`)).to.deep.equal([]);
  });

  it('work for a role without the right to create them, once they exist', async () => {
    await (await aStore(url).acquire('p')).release();
    await query(`CREATE ROLE ${WORKER} LOGIN PASSWORD 'limited';
      GRANT USAGE ON SCHEMA sluice TO ${WORKER};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA sluice TO ${WORKER}`);
    const writer = await aStore(asRole(url, WORKER)).acquire('p');
    expect((await writer.commit([{ type: 'backfilled', stream: 'a' }])).revision).to.equal(1);
    await writer.release();
  });

  it('name the right that is missing to create them', async () => {
    await query(`CREATE ROLE ${STRANGER} LOGIN PASSWORD 'limited'`);
    const error = await failureOf(aStore(asRole(url, STRANGER)).acquire('p'));
    expect(error).to.be.instanceOf(StateError);
    expect(error.message).to.match(/permission denied.*grant it CREATE on the database/);
    await (await aStore(url).acquire('p')).release();
    const reading = await failureOf(aStore(asRole(url, STRANGER)).reader('p').read());
    expect(reading).to.be.instanceOf(StateError);
    expect(reading.message).to.match(/permission denied for schema sluice/);
    const results = (await aStore(asRole(url, STRANGER)).check?.('p')) ?? [];
    expect(results.map(({ outcome }) => outcome)).to.deep.equal(['bad', 'bad', 'bad']);
    expect(results.map(({ fix }) => fix)).not.to.include(undefined);
  });

  it('are not made beside a table of another program with such a name', async () => {
    await query('CREATE TABLE public.workers (id int)');
    const error = await failureOf(aStore(url, { schema: 'public' }).acquire('p'));
    expect(error).to.be.instanceOf(StateError);
    expect(error.message).to.include('"workers" already exists').and.to.include('choose another schema');
    expect(await query(`SELECT FROM pg_tables WHERE schemaname = 'public'`)).to.have.length(1);
  });

  it('stay as they are when a newer version has changed them', async () => {
    await (await aStore(url).acquire('p')).release();
    await query(`INSERT INTO sluice.migrations (name, batch, migration_time) VALUES ('0003-later', 2, now())`);
    const error = await failureOf(aStore(url).acquire('p'));
    expect(error).to.be.instanceOf(StateError);
    expect(error.message).to.include('a newer version has changed the tables');
    await query('ALTER TABLE sluice.state_parts RENAME COLUMN value TO content');
    const reading = await failureOf(aStore(url).reader('p').read());
    expect(reading).to.be.instanceOf(StateError);
    expect(reading.message).to.include('a newer version has changed the tables');
  });

  it('take over the state of an earlier version, which can be read before that', async () => {
    const states: Record<string, unknown> = {};
    for (const name of ['new', 'used']) {
      const writer = await aStore(url).acquire(name);
      if (name === 'used') {
        await writer.commit([{ type: 'backfilled', stream: 'a' }, ...PLANS]);
        await writer.commit([{ type: 'run-ended', run: { at: 1, outcome: 'failed', error: 'NUL \u0000' } }]);
      }
      states[name] = await writer.read();
      await writer.release();
    }
    // As the first migration left it.
    await query('DROP TABLE sluice.state_parts');
    await query(
      'ALTER TABLE sluice.pipelines ADD COLUMN state json, DROP COLUMN lengths, DROP COLUMN back_off_until, DROP COLUMN ceiling_bytes',
    );
    await query(
      `DELETE FROM sluice.migrations
       WHERE name IN ('0002-state-parts', '0004-changed-parts', '0005-back-off', '0006-ceiling')`,
    );
    const text = JSON.stringify(states['used']).replaceAll("'", "''");
    await query(`UPDATE sluice.pipelines SET state = '${text}' WHERE name = 'used'`);

    const reader = aStore(url).reader('used');
    expect(await reader.read()).to.deep.equal(states['used']);
    const writer = await aStore(url).acquire('used');
    expect(await writer.read()).to.deep.equal(states['used']);
    const state = await writer.commit([{ type: 'finish', id: 2, at: 1 }]);
    await writer.release();
    expect(await reader.read()).to.deep.equal(state);
    expect(await aStore(url).reader('new').read()).to.deep.equal(states['new']);
  });

  it('change only in what a commit changes', async () => {
    const writer = await aStore(url).acquire('p');
    await writer.commit([...PLANS, { type: 'remember', entry: { at: 1, by: 'ada', what: 'repair', detail: 'a' } }]);
    const before = await query('SELECT part, place, xmin::text FROM sluice.state_parts');
    await writer.commit([{ type: 'finish', id: 2, at: 1 }]);
    await writer.release();
    const same = new Set(before.map((row) => JSON.stringify(row)));
    const after = await query('SELECT part, place, xmin::text FROM sluice.state_parts ORDER BY part, place');
    const changed = after.filter((row) => !same.has(JSON.stringify(row)));
    expect(changed.map(({ part, place }) => [part, place])).to.deep.equal([
      ['revision', 0],
      ['windows', 1],
    ]);
  });

  it('refuse a state that was changed by hand', async () => {
    const writer = await aStore(url).acquire('p');
    await writer.commit([{ type: 'backfilled', stream: 'a' }]);
    await writer.release();
    await query(`INSERT INTO sluice.state_parts VALUES ('p', 'unknown', 0, 'true')`);
    const error = await failureOf(aStore(url).reader('p').read());
    expect(error).to.be.instanceOf(StateError);
    expect(error.message).to.include('changed by hand, or another version wrote it');
    expect((await failureOf(aStore(url).acquire('p'))).message).to.equal(error.message);
    await query(`DELETE FROM sluice.state_parts`);
    await query(`UPDATE sluice.pipelines SET revision = 0`);
    await (await aStore(url).acquire('p')).release();
  });

  it('store every text in a database of any encoding', async () => {
    await query(`CREATE DATABASE ${LATIN} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`);
    const latin = new URL(url);
    latin.pathname = `/${LATIN}`;
    const writer = await aStore(latin.href).acquire('p');
    const state = await writer.commit([{ type: 'run-ended', run: { at: 1, outcome: 'failed', error: 'Ключ 鍵 🔑' } }]);
    await writer.release();
    expect(await aStore(latin.href).reader('p').read()).to.deep.equal(state);
  });
});
