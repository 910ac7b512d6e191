import { StateUnavailableError } from '@sluice/core/state';
import { expect } from 'chai';
import { failureOf } from './failure-of.js';
import { anEmptyDatabase, aStore } from './state-database.js';

const binding = {
  source: { description: 'a source', fingerprint: 'f' },
  start: 'beginning',
  handover: 0,
};

describe('the state of a pipeline that gets several sinks', () => {
  it('becomes that of a branch by the printed SQL, after a run that has found it', async () => {
    const { url, client } = await anEmptyDatabase();
    const store = aStore(url, { lease: 'window' });
    const [gone, left] = [await store.join?.('orders'), await store.join?.('orders')];
    await left?.commit([{ type: 'bind', binding }]);
    const window = { stream: 'order', axis: 'event', from: 0, until: 1, revisitMs: 0 } as const;
    const plan = { type: 'plan', id: 1, purpose: 'first-backfill', window, at: 0 } as const;
    const revision = (await left?.commit([{ ...plan, claim: left.worker }]))?.revision;
    await gone?.release();
    await left?.release();
    const other = await store.acquire('orders-too');
    await other.commit([{ type: 'bind', binding }]);
    await other.release();
    const first = await store.join?.('orders.archive');
    await first?.commit([{ type: 'run-ended', run: { at: 0, outcome: 'failed', error: 'it has found a neighbour' } }]);
    await first?.release();

    const neighbours = (await store.neighbours?.('orders.archive')) ?? [];
    expect(neighbours.map(({ pipeline, move }) => [pipeline, move !== undefined])).to.deep.equal([
      ['orders', true],
      ['orders-too', false],
    ]);
    expect(neighbours[0]?.binding).to.deep.equal(binding);
    await client.query(neighbours[0]?.move ?? '');
    const state = await store.reader('orders.archive').read();
    expect(state).to.deep.include({ revision, binding }).and.not.have.property('lastRun');
    expect((await store.reader('orders').read()).revision).to.equal(0);
    // A worker with the number of the claim would wait for itself.
    const next = await store.join?.('orders.archive');
    await next?.commit([{ type: 'claim', id: 1, worker: next.worker }]);
    expect((await next?.read())?.windows[0]?.claim).to.equal(next?.worker);
    await next?.release();
  });

  it('has no others before the first run has made the tables', async () => {
    const { url } = await anEmptyDatabase();
    expect(await aStore(url).neighbours?.('orders')).to.deep.equal([]);
  });

  it('cannot be asked for others while the database does not answer', async () => {
    const store = aStore('postgres://sluice@127.0.0.1:1/sluice');
    const failure = await failureOf(Promise.resolve(store.neighbours?.('orders')));
    expect(failure).to.be.instanceOf(StateUnavailableError);
  });

  it('is named as a place', async () => {
    const { url } = await anEmptyDatabase();
    expect(aStore(url).place?.('orders')).to.match(
      /^the rows of "orders" in the tables of schema sluice of \S+:\d+\/state_\d+$/u,
    );
  });
});
