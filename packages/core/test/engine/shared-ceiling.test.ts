import { expect } from 'chai';
import { ByteCeiling } from '#src/engine/delivery/byte-ceiling.js';

/** What the state knows of the ceiling, and what it was told. */
function aWorld() {
  const told: number[] = [];
  const shared = {
    get ceilingBytes() {
      return Math.min(...told);
    },
    lowerCeiling: async (bytes: number) => void told.push(bytes),
  };
  return { told, shared };
}

describe('the ceiling of requests that several workers share', () => {
  it('is the lower one of what the worker and the others have learned', async () => {
    const { shared } = aWorld();
    const [learned, other, small] = [1000, 1000, 100].map((bytes) => new ByteCeiling(bytes, shared));
    await learned?.lower(500);
    expect([learned?.bytes, other?.bytes, small?.bytes]).to.deep.equal([500, 500, 100]);
  });

  it('is told when it is news, not for every request that was refused', async () => {
    const { told, shared } = aWorld();
    const [first, second] = [new ByteCeiling(1000, shared), new ByteCeiling(1000, shared)];
    for (const bytes of [500, 500, 600]) await first.lower(bytes);
    for (const bytes of [500, 400]) await second.lower(bytes);
    expect(told).to.deep.equal([500, 400]);
  });

  it('holds for the worker that could not tell the others', async () => {
    const failing = { ceilingBytes: Infinity, lowerCeiling: async () => Promise.reject(new Error('no answer')) };
    const ceiling = new ByteCeiling(1000, failing);
    expect(await ceiling.lower(500).catch(String)).to.include('no answer');
    expect(ceiling.bytes).to.equal(500);
  });
});
