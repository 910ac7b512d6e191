import { NO_COUNTS, StateMovedError, type SharedStateWriter, type StateChange } from '@sluice/core/state';
import { expect } from 'chai';
import type { Client } from 'pg';
import { aCuttingProxy, type Cut, type CuttingProxy } from './cutting-proxy.js';
import { failureOf } from './failure-of.js';
import { aClient, anEmptyDatabase, aStore } from './state-database.js';

const window = { stream: 'trace', axis: 'event', from: 0, until: 1_000, revisitMs: 0 } as const;

function plan({ worker: claim }: SharedStateWriter): StateChange {
  return { type: 'plan', id: 1, purpose: 'first-backfill', window, claim, at: 0 };
}

function advance({ worker }: SharedStateWriter): StateChange {
  const counts = { ...NO_COUNTS, read: 1, filtered: 1 };
  return { type: 'advance', id: 1, mapping: 'm', counts, deadLetters: [], worker, at: 1 };
}

describe('the workers of a pipeline in Postgres', () => {
  let url: string;
  let proxy: CuttingProxy;
  let client: Client;
  let workers: SharedStateWriter[];
  beforeEach(async () => {
    ({ url, client } = await anEmptyDatabase());
    proxy = await aCuttingProxy(url);
    workers = [];
  });
  afterEach(async () => {
    for (const worker of workers) await worker.release();
    await proxy.close();
  });

  async function join(at = url): Promise<SharedStateWriter> {
    const worker = await aStore(at, { lease: 'window' }).join?.('p');
    if (worker === undefined) throw new Error('the store has no join');
    workers.push(worker);
    return worker;
  }

  const cuts: readonly Cut[] = ['before the server has it', 'after the server has done it'];
  for (const cut of cuts) {
    it(`commit once when the connection is cut at a COMMIT, ${cut}, also beside others`, async () => {
      const [a, b] = [await join(proxy.url), await join()];
      await a.commit([plan(a)]);
      proxy.cutNext(cut);
      const [state] = await Promise.all([a.commit([advance(a)]), b.commit([{ type: 'resume' }])]);
      expect(proxy.cuts).to.equal(1);
      expect(state.totals['trace']?.read).to.equal(1);
      const { revision, totals } = await b.refresh();
      expect([revision, totals['trace']?.read]).to.deep.equal([3, 1]);
      expect((await a.commit([advance(a)])).totals['trace']?.read).to.equal(2);
      expect(await a.refresh()).to.deep.equal(await b.refresh());
    });
  }

  it('are not declared dead while their renewal is on its way', async () => {
    const [late, other] = [await join(), await join()];
    await late.commit([plan(late)]);
    await client.query(`UPDATE sluice.workers SET until = now() - interval '1 ms' WHERE worker = $1`, [late.worker]);
    const renewing = await aClient(url);
    // What a renewal does whose COMMIT is delayed; it was granted before the lease expired.
    await renewing.query('BEGIN');
    await renewing.query(`UPDATE sluice.workers SET until = now() + interval '1 minute' WHERE worker = $1`, [
      late.worker,
    ]);
    const claim = failureOf(other.commit([{ type: 'claim', id: 1, worker: other.worker }]));
    await untilWaiting();
    await renewing.query('COMMIT');
    expect(await claim).to.be.instanceOf(StateMovedError);
    expect((await late.commit([advance(late)])).totals['trace']?.read).to.equal(1);
  });

  it('read again when the connection breaks meanwhile', async () => {
    const worker = await join();
    const locking = await aClient(url);
    await locking.query('BEGIN; LOCK TABLE sluice.workers');
    const holder = worker.holder();
    await untilWaiting();
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE wait_event_type = 'Lock' AND datname = current_database()`,
    );
    await locking.query('COMMIT');
    expect(await holder).to.include({ pid: process.pid, others: 0 });
  });

  async function untilWaiting(): Promise<void> {
    const text = 'SELECT FROM pg_stat_activity WHERE wait_event_type = $1 AND datname = current_database()';
    while ((await client.query(text, ['Lock'])).rowCount === 0);
  }

  it('have no `join` unless the pipeline file says so', () => {
    expect(aStore(url).join).to.equal(undefined);
  });

  it('tell a process that does not share the pipeline how it can', async () => {
    const others = [await join(), await join()];
    const refused = await failureOf(aStore(url).acquire('p'));
    expect(refused.message).to.match(
      /is in use by process \d+ on .+ and 1 other worker, until .+; wait for them to end/,
    );
    expect(refused.message).to.contain('or write `lease: window` in the `state` of this pipeline file');
    // A backfill needs the whole pipeline, whatever the file says.
    const needsAll = await failureOf(aStore(url, { lease: 'window' }).acquire('p'));
    expect(needsAll.message).to.match(/wait for them to end, or stop them$/);
    expect(others).to.have.length(2);
  });
});
