import { expect } from 'chai';
import { ReadingPace } from '#src/reading/reading-pace.js';
import { UnreadableRowError } from '#src/reading/source-error.js';

describe('the pace of a stream', () => {
  it('is slowed down for a read whose rows cannot be read, however slow another read has made it', async () => {
    let now = 0;
    const monotonicMs = (): number => (now += 500);
    const pace = new ReadingPace({ pageSize: 16, statementTimeoutMs: 1000, monotonicMs, onSlower: () => {} });
    const tried: number[] = [];
    const result = await pace.run(async (rows) => {
      tried.push(rows);
      if (tried.length === 1) await pace.run(async (others) => assertOne(others));
      assertOne(rows);
      return 'read alone';
    });
    expect(result).to.equal('read alone');
    expect(tried).to.deep.equal([Number.POSITIVE_INFINITY, 1]);
  });
});

/** Of several rows, one cannot be read. */
function assertOne(rows: number): void {
  if (rows > 1) throw new UnreadableRowError('a value cannot be read');
}
