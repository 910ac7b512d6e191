import { expect } from 'chai';
import { emptyCells } from './coverage.js';
import { commandOf, runSeed } from './run-seed.js';
import { simulateMany } from './simulate-many.js';

describe('the simulated pipeline', function () {
  this.timeout(300_000);

  it('accounts for every record in 240 seeds that cover every fault at every step', async () => {
    const { seeds, coverage, failed } = await simulateMany({ from: 0, until: 240 });
    expect(failed.map(({ seed, violations }) => `${commandOf(seed)}: ${violations[0]}`)).to.deep.equal([]);
    expect(seeds).to.equal(240);
    expect(emptyCells(coverage)).to.deep.equal([]);
  });

  it('does the same for the same seed', async () => {
    const [first, second] = [await runSeed(7), await runSeed(7)];
    expect(second).to.deep.equal(first);
  });
});
