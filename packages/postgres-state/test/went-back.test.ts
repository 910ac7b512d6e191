import { NO_COUNTS, type SharedStateWriter, type StateChange, type StateWriter } from '@sluice/core/state';
import { expect } from 'chai';
import type { Client } from 'pg';
import { failureOf } from './failure-of.js';
import { anEmptyDatabase, aStore } from './state-database.js';

const window = { stream: 'trace', axis: 'event', from: 0, until: 1_000, revisitMs: 0 } as const;
const TABLES = ['pipelines', 'workers', 'state_parts'] as const;
const WENT_BACK = 'a standby took over without the last commits';

function plan(claim?: number): StateChange {
  return { type: 'plan', id: 1, purpose: 'first-backfill', window, ...(claim !== undefined && { claim }), at: 0 };
}

function advance(worker?: number): StateChange {
  const counts = { ...NO_COUNTS, read: 1, filtered: 1 };
  return {
    type: 'advance',
    id: 1,
    mapping: 'm',
    counts,
    deadLetters: [],
    ...(worker !== undefined && { worker }),
    at: 1,
  };
}

/** What a standby without the last commits does to the tables: they are put back. */
describe('a database that goes back to an earlier moment', () => {
  let url: string;
  let client: Client;
  let writers: StateWriter[];
  beforeEach(async () => {
    ({ url, client } = await anEmptyDatabase());
    writers = [];
  });
  afterEach(async () => {
    for (const writer of writers) await writer.release();
  });

  async function join(): Promise<SharedStateWriter> {
    const worker = await aStore(url, { lease: 'window' }).join?.('p');
    if (worker === undefined) throw new Error('the store has no join');
    writers.push(worker);
    return worker;
  }

  async function acquire(): Promise<StateWriter> {
    const writer = await aStore(url).acquire('p');
    writers.push(writer);
    return writer;
  }

  async function remember(): Promise<void> {
    for (const table of TABLES) await client.query(`CREATE TABLE saved_${table} AS TABLE sluice.${table}`);
  }

  async function goBack(): Promise<void> {
    for (const table of TABLES.toReversed()) await client.query(`DELETE FROM sluice.${table}`);
    for (const table of TABLES) await client.query(`INSERT INTO sluice.${table} TABLE saved_${table}`);
  }

  it('stops a worker whose commit is gone, at its next commit', async () => {
    const worker = await join();
    await worker.commit([plan(worker.worker)]);
    await remember();
    await worker.commit([advance(worker.worker)]);
    await goBack();
    // The rules would allow it, and what the lost commit had counted would be missing for good.
    const error = await failureOf(worker.commit([advance(worker.worker)]));
    expect(error.message).to.contain(`has 1 of the 2 commits of worker 1: ${WENT_BACK}`);
    expect((await aStore(url).reader('p').read()).totals).to.deep.equal({});
  });

  it('stops a worker whose commit is gone, at its next renewal', async () => {
    const worker = await join();
    await remember();
    await worker.commit([plan(worker.worker)]);
    await goBack();
    expect((await failureOf(worker.renew())).message).to.contain(WENT_BACK);
  });

  it('leaves a worker alone whose commits are all there', async () => {
    const [a, b] = [await join(), await join()];
    await a.commit([plan(a.worker)]);
    await remember();
    await b.commit([{ type: 'resume' }]);
    await goBack();
    await a.renew();
    await a.commit([advance(a.worker)]);
    expect((await aStore(url).reader('p').read()).totals['trace']?.read).to.equal(1);
  });

  it('stops a worker whose number another one has been given since', async () => {
    await join();
    await remember();
    const lost = await join();
    await goBack();
    const found = await join();
    expect(found.worker).to.equal(lost.worker);
    await found.commit([plan(found.worker)]);

    expect((await failureOf(lost.commit([advance(lost.worker)]))).message).to.match(
      /the lease of worker 2 .* is lost: .* a standby took over without it/,
    );
    await lost.release();
    await found.renew();
    expect((await found.commit([advance(found.worker)])).totals['trace']?.read).to.equal(1);
  });

  it('stops the renewal of a worker whose number another one has been given since', async () => {
    await join();
    await remember();
    const lost = await join();
    await goBack();
    await join();
    expect((await failureOf(lost.renew())).message).to.contain('the lease of worker 2');
  });

  it('stops a process whose lease on the whole pipeline another one has been given since', async () => {
    await (await acquire()).release();
    await remember();
    const lost = await acquire();
    await goBack();
    const found = await acquire();
    const held = await client.query('SELECT token FROM sluice.pipelines');
    expect(held.rows).to.deep.equal([{ token: '2' }]);

    expect((await failureOf(lost.commit([plan()]))).message).to.match(/the lease .* is lost: .* has it now/);
    await lost.release();
    await found.renew();
    await found.commit([plan()]);
    expect((await found.commit([advance()])).totals['trace']?.read).to.equal(1);
  });

  it('stops a process that has the whole pipeline and whose commit is gone', async () => {
    const writer = await acquire();
    await writer.commit([plan()]);
    await remember();
    await writer.commit([advance()]);
    await goBack();
    const error = await failureOf(writer.commit([advance()]));
    expect(error.message).to.contain(`must be at revision 2, but is at 1: ${WENT_BACK}`);
  });
});
