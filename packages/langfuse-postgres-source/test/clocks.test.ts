import { TransientError, type CheckResult } from '@sluice/core/adapter';
import { SourceDriftError } from '@sluice/core/source';
import { langfusePostgresSource } from '#src/definition.js';
import { anAdapterContext } from '@sluice/testkit';
import { expect } from 'chai';
import { aSource } from './a-source.js';
import { aLangfuseDatabase, type TestDatabase } from './test-database.js';

async function findingsOf(url: string, name: string, options: object = {}): Promise<readonly CheckResult[]> {
  return (await aSource(url, options).check()).filter((each) => each.name === name);
}

describe('a replica without a replay time', () => {
  let database: TestDatabase;

  before(async () => {
    database = await aLangfuseDatabase({ isShared: true });
    // As on a reader of Amazon Aurora.
    await database.client.query(`
      CREATE OR REPLACE FUNCTION pg_catalog.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT true';
      CREATE OR REPLACE FUNCTION pg_catalog.pg_last_xact_replay_timestamp() RETURNS timestamptz LANGUAGE sql
        AS 'SELECT NULL::timestamptz'`);
  });
  after(() => database.client.end());

  it('is found by check, with the option that helps', async () => {
    const [found] = await findingsOf(database.url, 'replica');
    expect(found).to.include({ outcome: 'bad' });
    expect(found?.message).to.contain('no replay time');
    expect(found?.fix).to.contain('replicaDelaySeconds');
    const [helped] = await findingsOf(database.url, 'replica', { replicaDelaySeconds: 30 });
    expect(helped).to.include({ outcome: 'good' });
  });

  it('is waited for, and then pauses the pipeline', async () => {
    let monotonicMs = 0;
    const context = anAdapterContext();
    const runtime = { ...context.runtime, monotonicMs: () => monotonicMs };
    const config = langfusePostgresSource.config.parse({ url: database.url });
    const source = langfusePostgresSource.create(config, { ...context, runtime });
    const now = (): Promise<unknown> => source.now().catch((failure: unknown) => failure);
    expect(await now()).to.be.instanceOf(TransientError);
    monotonicMs = 59_000;
    expect(await now()).to.be.instanceOf(TransientError);
    monotonicMs = 61_000;
    const error = await now();
    await source.close();
    expect(error).to.be.instanceOf(SourceDriftError);
    expect((error as Error).message).to.contain('does not report what it has replayed; set replicaDelaySeconds');
  });

  it('has the time of its clock less the delay that the pipeline file gives', async () => {
    const [immediate, delayed] = [
      await aSource(database.url, { replicaDelaySeconds: 0 }).now(),
      await aSource(database.url, { replicaDelaySeconds: 3600 }).now(),
    ];
    expect(immediate - delayed).to.be.within(3_500_000, 3_600_000);
  });
});

describe('the time zone of a database', () => {
  let database: TestDatabase;
  let name: string;

  before(async () => {
    database = await aLangfuseDatabase({ isShared: true });
    name = new URL(database.url).pathname.slice(1);
  });
  after(() => database.client.end());
  afterEach(async () => {
    await database.client.query(`ALTER DATABASE ${name} RESET timezone; DROP ROLE IF EXISTS writer_of_${name}`);
  });

  const others: readonly (readonly [title: string, statements: (name: string) => string, zone: string])[] = [
    ['of the database', (each) => `ALTER DATABASE ${each} SET timezone = 'America/New_York'`, 'America/New_York'],
    [
      'of a role in the database',
      (each) =>
        `CREATE ROLE writer_of_${each}; ALTER ROLE writer_of_${each} IN DATABASE ${each} SET timezone = 'Asia/Tokyo'`,
      'Asia/Tokyo',
    ],
    [
      'of a role',
      (each) => `CREATE ROLE writer_of_${each}; ALTER ROLE writer_of_${each} SET TimeZone TO 'Europe/Berlin'`,
      'Europe/Berlin',
    ],
    // London is an hour off for half of the year.
    ['that is UTC in winter only', (each) => `ALTER DATABASE ${each} SET timezone = 'Europe/London'`, 'Europe/London'],
  ];
  for (const [title, statements, zone] of others) {
    it(`is a warning, and the printed statement mends it: ${title}`, async () => {
      await database.client.query(statements(name));
      const [found] = await findingsOf(database.url, 'time zone');
      expect(found).to.include({ outcome: 'warning' });
      expect(found?.message).to.contain(zone);
      await database.client.query(found?.statements?.join('\n') ?? '');
      expect((await findingsOf(database.url, 'time zone'))[0]).to.include({ outcome: 'good' });
    });
  }

  for (const zone of ['UTC', 'Etc/UTC', 'GMT', 'Zulu']) {
    it(`is good as ${zone}`, async () => {
      await database.client.query(`ALTER DATABASE ${name} SET timezone = '${zone}'`);
      expect((await findingsOf(database.url, 'time zone'))[0]).to.include({ outcome: 'good' });
    });
  }
});
