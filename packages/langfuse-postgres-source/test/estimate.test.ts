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

  it('of a partitioned table is the planner’s, which takes no longer the larger its partitions are', async () => {
    const { client, url } = await aLangfuseDatabase();
    await insertRows(
      client,
      'traces',
      Array.from({ length: 300 }, (_, index) => aTrace({ id: `t${index}` })),
    );
    await client.query(`
      ALTER TABLE traces RENAME TO every_trace;
      ALTER TABLE every_trace SET (autovacuum_enabled = false);
      ANALYZE every_trace;
      DELETE FROM every_trace;
      CREATE TABLE traces (LIKE every_trace) PARTITION BY RANGE (created_at);
      ALTER TABLE traces ATTACH PARTITION every_trace DEFAULT`);
    const source = aSource(url);
    await source.open();
    expect(await source.estimate?.(everything('trace'))).to.be.above(0);
  });
});
