import { aTrace, insertRows } from '@sluice/langfuse-history';
import { expect } from 'chai';
import { aSource, everything } from './a-source.js';
import { aLangfuseDatabase } from './test-database.js';

describe('the estimated number of records', () => {
  it('is exact in a small table, even if it was filled just now', async () => {
    const database = await aLangfuseDatabase();
    const traces = Array.from({ length: 300 }, (_, index) => aTrace({ id: `t${index}` }));
    await insertRows(database.client, 'traces', traces);
    const source = aSource(database.url);
    await source.open();
    const always = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
    expect(await source.estimate?.(everything('trace', always))).to.equal(300);
    expect(await source.estimate?.(everything('trace', { ...always, createdBefore: 0 }))).to.equal(0);
  });
});
