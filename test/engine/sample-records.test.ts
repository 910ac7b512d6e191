import { sampleRecords } from '@sluice/core/engine';
import { memorySource, type MemoryRecord } from '@sluice/testkit';
import { expect } from 'chai';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 2, 10, 12);
const schema = { name: 'note', doc: '', key: ['id'], fields: {} };

function ago(hours: number): MemoryRecord {
  return { key: String(hours), createdAt: NOW - hours * HOUR, values: { id: String(hours) } };
}

async function keysOf(hours: readonly number[], limit: number, start?: number): Promise<readonly string[]> {
  const source = memorySource({ streams: [{ schema, records: hours.map(ago) }], now: () => NOW, pageSize: 2 });
  const keys: string[] = [];
  const options = { stream: 'note', fields: [{ field: 'id' }], limit };
  for await (const { key, row } of sampleRecords(source, start === undefined ? options : { ...options, start })) {
    expect(row).to.deep.equal([key]);
    keys.push(key);
  }
  return keys;
}

describe('a sample of records', () => {
  it('starts with the last hour and goes further back until there are enough records', async () => {
    const hours = [0.2, 0.5, 3, 30, 1000, 20_000];
    expect(await keysOf(hours, 1)).to.deep.equal(['0.5']);
    expect(await keysOf(hours, 3)).to.deep.equal(['0.5', '0.2', '3']);
    expect(await keysOf(hours, 100)).to.deep.equal(['0.5', '0.2', '3', '30', '1000', '20000']);
  });

  it('reads more than one page but not more than the limit', async () => {
    const hours = [0.1, 0.2, 0.3, 0.4, 0.5];
    expect(await keysOf(hours, 4)).to.deep.equal(['0.5', '0.4', '0.3', '0.2']);
  });

  it('contains no record from before the start and may be empty', async () => {
    expect(await keysOf([0.5, 3, 30], 10, NOW - 10 * HOUR)).to.deep.equal(['0.5', '3']);
    expect(await keysOf([], 10)).to.deep.equal([]);
  });
});
