import type { TickEnd } from '@sluice/core/scheduler';
import { expect } from 'chai';
import { aSharedClock, type SharedClock } from './a-shared-clock.js';

const HOUR_MS = 3_600_000;
const OPEN = `FROM sluice_scheduler.job WHERE name = 'sluice' AND state <= 'active'`;

/** As `expire` of pg-boss puts a job back in line whose owner gives no sign of life: a new row of the same id. */
const EXPIRE = `
  WITH dead AS (DELETE FROM sluice_scheduler.job WHERE name = 'sluice' AND state = 'active' RETURNING *)
  INSERT INTO sluice_scheduler.job SELECT (jsonb_populate_record(NULL::sluice_scheduler.job,
    to_jsonb(dead) || jsonb_build_object('state', 'retry', 'start_after', now()))).* FROM dead`;

/** The scheduler has a pipeline's lock and waits for the row of its job. */
const WAITS = `SELECT FROM pg_locks held JOIN pg_locks waited USING (pid)
  WHERE held.locktype = 'advisory' AND held.granted AND NOT waited.granted`;

describe('the one open job of a pipeline', () => {
  let clock: SharedClock;
  let scheduler: ReturnType<SharedClock['process']>;
  let served: Promise<void>;
  let ends: ((end: TickEnd) => void)[];
  let stop: AbortController;
  beforeEach(async () => {
    clock = await aSharedClock();
    stop = new AbortController();
    scheduler = clock.process();
    ends = [];
    served = scheduler.run(
      {
        name: 'p',
        pipeline: 'p',
        schedule: { kind: 'interval', everyMs: HOUR_MS },
        tick: () => new Promise((resolve) => void ends.push(resolve)),
      },
      { signal: stop.signal, servedUntil: async () => -Infinity },
    );
    await ticks(1);
  });
  afterEach(async () => {
    stop.abort();
    for (const end of ends) end('done');
    await served;
    await scheduler.close();
    await clock.client.end();
  });

  async function ticks(count: number): Promise<void> {
    while (ends.length < count) await clock.settle();
  }

  async function waitFor(sql: string): Promise<void> {
    while ((await clock.client.query(sql)).rows.length === 0);
  }

  async function open(): Promise<readonly unknown[]> {
    return (await clock.client.query(`SELECT state ${OPEN}`)).rows;
  }

  it('is the next one when it is put back in line while its tick ends', async () => {
    await clock.client.query('BEGIN');
    await clock.client.query(EXPIRE);
    ends[0]?.('done');
    await waitFor(WAITS);
    await clock.client.query('COMMIT');
    await waitFor(`SELECT ${OPEN} AND state = 'created'`);
    expect(await open()).to.deep.equal([{ state: 'created' }]);
    await clock.settle();
    expect(ends).to.have.length(1);
  });

  for (const [what, values] of Object.entries({
    'of a tick before': `jsonb_build_object('state', 'retry', 'start_after', now(), 'created_on', now() - interval '1 hour',
      'data', data || jsonb_build_object('served', (data->>'served')::float8 - 1))`,
    'that was put in line by hand': `jsonb_build_object('state', 'retry', 'start_after', now(), 'created_on', now(),
      'data', data - 'served')`,
  })) {
    it(`is found beside a second one ${what}, which is removed and not ticked`, async () => {
      ends[0]?.('done');
      await waitFor(`SELECT ${OPEN} AND state = 'created'`);
      await clock.client.query(
        `INSERT INTO sluice_scheduler.job SELECT (jsonb_populate_record(job,
           ${values} || jsonb_build_object('id', gen_random_uuid()))).* ${OPEN}`,
      );
      await clock.settle();
      expect(await open()).to.deep.equal([{ state: 'created' }]);
      expect(ends).to.have.length(1);
      await clock.advance(HOUR_MS);
      await ticks(2);
      expect(await open()).to.deep.equal([{ state: 'active' }]);
    });
  }

  it('is the one that runs, which sends the next', async () => {
    await clock.client.query(
      `INSERT INTO sluice_scheduler.job SELECT (jsonb_populate_record(job, jsonb_build_object('id', gen_random_uuid(),
         'state', 'created', 'data', data || jsonb_build_object('served', extract(epoch FROM now()) * 1000)))).* ${OPEN}`,
    );
    await clock.settle();
    expect(await open()).to.deep.equal([{ state: 'active' }]);
    ends[0]?.('done');
    await waitFor(`SELECT ${OPEN} AND state = 'created' AND start_after > clock.now()`);
    expect(await open()).to.have.length(1);
    expect(ends).to.have.length(1);
  });
});
