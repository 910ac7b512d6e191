import { testRuns } from '@sluice/testkit';
import { expect } from 'chai';
import { emptyCells } from './coverage.js';
import { commandOf, runSeed } from './run-seed.js';
import { simulateMany } from './simulate-many.js';

describe('the simulated pipeline', function () {
  this.timeout(300_000);

  const count = testRuns(240);
  it(`accounts for every record in ${count} seeds; 240 cover every fault at every step`, async () => {
    const { seeds, coverage, failed } = await simulateMany({ from: 0, until: count });
    expect(failed.map(({ seed, violations }) => `${commandOf(seed)}: ${violations[0]}`)).to.deep.equal([]);
    expect(seeds).to.equal(count);
    if (count === 240) expect(emptyCells(coverage)).to.deep.equal([]);
  });

  it('does the same for the same seed', async () => {
    const [first, second] = [await runSeed(7), await runSeed(7)];
    expect(second).to.deep.equal(first);
  });
});
