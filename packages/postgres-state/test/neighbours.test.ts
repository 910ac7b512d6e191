import { expect } from 'chai';
import { anEmptyDatabase, aStore } from './state-database.js';

const binding = {
  source: { description: 'a source', fingerprint: 'f' },
  start: 'beginning',
  handover: 0,
};

describe('the state of a pipeline that gets several sinks', () => {
  it('becomes that of a branch by the printed SQL', async () => {
    const { url, client } = await anEmptyDatabase();
    const store = aStore(url);
    const writer = await store.acquire('orders');
    const { revision } = await writer.commit([{ type: 'bind', binding }]);
    await writer.release();
    const other = await store.acquire('orders-too');
    await other.commit([{ type: 'bind', binding }]);
    await other.release();
    await (await store.acquire('orders.archive')).release();

    const neighbours = (await store.neighbours?.('orders.archive')) ?? [];
    expect(neighbours.map(({ pipeline, move }) => [pipeline, move !== undefined])).to.deep.equal([
      ['orders', true],
      ['orders-too', false],
    ]);
    expect(neighbours[0]?.binding).to.deep.equal(binding);
    await client.query(neighbours[0]?.move ?? '');
    expect(await store.reader('orders.archive').read()).to.deep.include({ revision, binding });
    expect((await store.reader('orders').read()).revision).to.equal(0);
  });
});
