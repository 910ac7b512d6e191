import { sampleRecords } from '@sluice/core/engine';
import { memorySource, type MemoryRecord } from '@sluice/testkit';
import { expect } from 'chai';
import fc from 'fast-check';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 2, 10, 12);
const schema = { name: 'note', doc: '', key: ['id'], fields: {} };

function ago(hours: number): MemoryRecord {
  return { key: String(hours), createdAt: Math.floor(NOW - hours * HOUR), values: { id: String(hours) } };
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
  it('has the newest first, however far back they are', async () => {
    const hours = [0.2, 0.5, 3, 30, 1000, 1000.001, 20_000];
    expect(await keysOf(hours, 1)).to.deep.equal(['0.2']);
    expect(await keysOf(hours, 3)).to.deep.equal(['0.2', '0.5', '3']);
    expect(await keysOf(hours, 100)).to.deep.equal(hours.map(String));
    expect(await keysOf([1000, 1000.001, 20_000], 1)).to.deep.equal(['1000']);
  });

  it('reads a busy stream in parts, and a quiet one in a few reads', async () => {
    const busy = Array.from({ length: 5_000 }, (_, index) => 500 + index / 5_000);
    expect(await keysOf(busy, 3)).to.deep.equal(busy.slice(0, 3).map(String));
  });

  it('has as many as are wanted of records of one moment', async () => {
    const records = Array.from({ length: 3_000 }, (_, index) => ({ ...ago(500), key: `n${index}` }));
    const source = memorySource({ streams: [{ schema, records }], now: () => NOW });
    const sampled = sampleRecords(source, { stream: 'note', fields: [{ field: 'id' }], limit: 2 });
    const found: unknown[] = [];
    for await (const record of sampled) found.push(record);
    expect(found).to.have.length(2);
  });

  it('is what sorting all records would give', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 40_000 }), { maxLength: 30 }),
        fc.nat(30),
        async (hours, limit) => {
          const newest = hours.toSorted((a, b) => a - b).slice(0, limit);
          expect(await keysOf(hours, limit)).to.deep.equal(newest.map(String));
        },
      ),
    );
  });

  it('contains no record from before the start and may be empty', async () => {
    expect(await keysOf([0.5, 3, 30], 10, NOW - 10 * HOUR)).to.deep.equal(['0.5', '3']);
    expect(await keysOf([], 10)).to.deep.equal([]);
  });
});
