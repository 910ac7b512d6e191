import { expect } from 'chai';
import { hasColours } from '#src/terminal/terminal.js';

const screen = { isTTY: true };
const pipe = {};

describe('colours', () => {
  it('are for terminals', () => {
    expect([hasColours(screen, {}), hasColours(pipe, {})]).to.deep.equal([true, false]);
  });

  it('are off for NO_COLOR with a value, and for a terminal that cannot', () => {
    expect(hasColours(screen, { NO_COLOR: '1' })).to.equal(false);
    expect(hasColours(screen, { NO_COLOR: '' })).to.equal(true);
    expect(hasColours(screen, { TERM: 'dumb' })).to.equal(false);
  });

  it('are as FORCE_COLOR says, before all else', () => {
    for (const forced of ['', '1', '2', '3', 'true']) {
      expect(hasColours(pipe, { FORCE_COLOR: forced, NO_COLOR: '1', TERM: 'dumb' })).to.equal(true);
    }
    for (const forced of ['0', 'false']) expect(hasColours(screen, { FORCE_COLOR: forced })).to.equal(false);
  });
});
