import { casesInTurn, testRuns } from '@sluice/testkit';
import { expect } from 'chai';

const isFull = process.env['SLUICE_TEST_RUNS'] === 'full';
const CASES = Array.from({ length: 10 }, (_, index) => index);

describe('cases that take turns', () => {
  it('are all tried in .ci/run, else one of every few, which have the same distance', () => {
    const [first = 0, ...others] = casesInTurn(CASES, 5);
    expect([first, ...others]).to.deep.equal(isFull ? CASES : [first, first + 5]);
    expect(testRuns(25)).to.equal(isFull ? 25 : 3);
  });

  it('cannot take as many turns as files, or a multiple: their days would always bring the same', () => {
    expect(() => casesInTurn(CASES, 6)).to.throw('6 is a multiple of 3: choose another number');
  });
});
