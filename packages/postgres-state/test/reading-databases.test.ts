import { expect } from 'chai';
import { ReadingDatabases } from '#src/reading-databases.js';
import { anEmptyDatabase, aStore } from './state-database.js';

describe('the connections of readers', () => {
  it('are few, however many pipelines are read at once, and are closed at the end', async () => {
    const { url, client } = await anEmptyDatabase();
    const reading = new ReadingDatabases();
    const counted = async () => {
      const text = 'SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
      return (await client.query(text)).rowCount ?? 0;
    };
    const readers = Array.from({ length: 30 }, (_, index) => aStore(url, { reading }).reader(`pipeline-${index}`));
    const progress = { isOver: false };
    const reads = Promise.all(readers.map((reader) => reader.read())).finally(() => {
      progress.isOver = true;
    });
    let most = 0;
    while (!progress.isOver) most = Math.max(most, await counted());
    expect((await reads).map(({ revision }) => revision)).to.deep.equal(readers.map(() => 0));
    expect(most).to.be.within(1, 2);
    while ((await counted()) !== 0);
  });

  it('are those of each database, also where only the secrets differ', async () => {
    const reading = new ReadingDatabases();
    const urls = [(await anEmptyDatabase()).url, (await anEmptyDatabase()).url];
    const writer = await aStore(urls[0] ?? '', { reading }).acquire('p');
    await writer.commit([{ type: 'backfilled', stream: 'a' }]);
    await writer.release();
    const states = await Promise.all(urls.map((url) => aStore(url, { reading }).reader('p').read()));
    expect(states.map(({ revision }) => revision)).to.deep.equal([1, 0]);
  });
});
