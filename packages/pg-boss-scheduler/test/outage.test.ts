import type { ScheduleNews, TickEnd } from '@sluice/core/scheduler';
import { expect } from 'chai';
import { Client } from 'pg';
import { aSharedClock, type SharedClock } from './a-shared-clock.js';

describe('a database of pg-boss that does not answer', () => {
  let clock: SharedClock;
  let server: Client;
  beforeEach(async () => {
    clock = await aSharedClock();
    const url = new URL(clock.url);
    url.pathname = '/postgres';
    server = new Client(url.href);
    await server.connect();
  });
  afterEach(async () => {
    await Promise.all([clock.client.end(), server.end()]);
  });

  async function allowConnections(isAllowed: boolean): Promise<void> {
    const name = new URL(clock.url).pathname.slice(1);
    await server.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${isAllowed}`);
    if (!isAllowed) {
      await server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    }
  }

  it('lets what runs finish, is reported, and is forgotten when it answers again', async () => {
    const scheduler = clock.process();
    const stop = new AbortController();
    const news: ScheduleNews[] = [];
    const ends: ((end: TickEnd) => void)[] = [];
    const served = scheduler.run(
      {
        name: 'p',
        pipeline: 'p',
        schedule: { kind: 'interval', everyMs: 3_600_000 },
        tick: () => new Promise((resolve) => void ends.push(resolve)),
      },
      { signal: stop.signal, servedUntil: async () => -Infinity, observe: (each) => void news.push(each) },
    );
    const seen = async (kind: ScheduleNews['kind']): Promise<void> => {
      while (news.at(-1)?.kind !== kind) await clock.settle();
    };
    await seen('here');
    await allowConnections(false);
    await seen('failing');
    ends[0]?.('done');
    await clock.settle();
    const failure = news.at(-1);
    expect(failure?.kind === 'failing' && failure.message).to.match(
      /^cannot use pg-boss in 127\.0\.0\.1:\d+\/scheduler/u,
    );
    expect(clock.logger.lines.filter(({ level }) => level === 'error')).to.have.length(1);
    await allowConnections(true);
    await seen('idle');
    expect(ends).to.have.length(1);
    stop.abort();
    await served;
    await scheduler.close();
  });

  it('gets its tables again when they are gone', async () => {
    const scheduler = clock.process();
    const stop = new AbortController();
    const news: ScheduleNews[] = [];
    let ticks = 0;
    const served = scheduler.run(
      {
        name: 'p',
        pipeline: 'p',
        schedule: { kind: 'interval', everyMs: 3_600_000 },
        tick: async () => {
          ticks += 1;
          return 'done';
        },
      },
      { signal: stop.signal, servedUntil: async () => -Infinity, observe: (each) => void news.push(each) },
    );
    const seen = async (kind: ScheduleNews['kind']): Promise<void> => {
      while (news.at(-1)?.kind !== kind) await clock.settle();
    };
    await seen('idle');
    await clock.client.query('DROP SCHEMA sluice_scheduler CASCADE');
    while (!news.some(({ kind }) => kind === 'failing')) await clock.settle();
    await seen('idle');
    expect(ticks).to.equal(2);
    stop.abort();
    await served;
    await scheduler.close();
  });

  it('does not keep the process from ending', async () => {
    await allowConnections(false);
    const scheduler = clock.process();
    const stop = new AbortController();
    const schedule = { kind: 'interval', everyMs: 3_600_000 } as const;
    const served = scheduler.run(
      { name: 'p', pipeline: 'p', schedule, tick: async () => 'done' },
      { signal: stop.signal },
    );
    await clock.settle();
    stop.abort();
    await served;
    await scheduler.close();
    expect((await scheduler.check())[0]).to.include({ name: 'pg-boss', outcome: 'bad' });
    await scheduler.close();
  });
});

describe('the check of pg-boss', () => {
  it('says where it is, and leaves nothing behind', async () => {
    const clock = await aSharedClock();
    const scheduler = clock.process();
    const [result] = await scheduler.check();
    expect(result).to.include({ outcome: 'good' });
    expect(result?.message).to.match(/schema sluice_scheduler: the first start creates it$/u);
    const { rows } = await clock.client.query(`SELECT FROM pg_namespace WHERE nspname = 'sluice_scheduler'`);
    expect(rows).to.deep.equal([]);
    await scheduler.close();
    await clock.client.end();
  });
});
