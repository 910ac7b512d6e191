import { casesInTurn } from '@sluice/testkit';
import { expect } from 'chai';
import { emptyCells } from './coverage.js';
import { commandOf, runSeed } from './run-seed.js';
import { seedsFrom } from './scenario.js';
import { simulateMany } from './simulate-many.js';

const SEEDS_OF_A_PART = 12;
const PARTS = Array.from({ length: 240 / SEEDS_OF_A_PART }, (_, part) => part);

describe('the simulated pipeline', function () {
  this.timeout(300_000);

  const parts = casesInTurn(PARTS, PARTS.length);
  const from = (parts[0] ?? 0) * SEEDS_OF_A_PART;
  const count = parts.length * SEEDS_OF_A_PART;
  it(`accounts for every record in ${count} seeds from ${from} on; 240 cover every fault at every step`, async () => {
    const { seeds, coverage, failed } = await simulateMany(seedsFrom(from, count));
    expect(failed.map(({ seed, violations }) => `${commandOf(seed)}: ${violations[0]}`)).to.deep.equal([]);
    expect(seeds).to.equal(count);
    if (count === 240) expect(emptyCells(coverage)).to.deep.equal([]);
  });

  it('does the same for the same seed', async () => {
    const [first, second] = [await runSeed(7), await runSeed(7)];
    expect(second).to.deep.equal(first);
  });
});
