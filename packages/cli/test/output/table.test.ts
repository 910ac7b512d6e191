import stringWidth from 'string-width';
import { expect } from 'chai';
import { table } from '#src/output/table.js';
import { screenText } from '#src/terminal/screen-text.js';

const lines = (rows: readonly (readonly string[])[]) => screenText(table(rows), { colour: false }).split('\n');

describe('a table', () => {
  it('aligns numbers to the right, and leaves columns of zeros out', () => {
    const rows = [
      ['stream', 'read', 'filtered', 'accepted'],
      ['trace', '10', '0', '0'],
      ['generation', '1,200', '0', '7'],
    ];
    expect(lines(rows)).to.deep.equal([
      'stream       read  accepted',
      '──────────  ─────  ────────',
      'trace          10         0',
      'generation  1,200         7',
    ]);
  });

  it('breaks its headings between words when it would be wider than 80 columns', () => {
    const heading = [
      'stream',
      'hours until',
      'in the source',
      'delivered',
      'filtered',
      'dead letters',
      'hours that differ',
    ];
    const shown = lines([heading, ['generation', '2026-03-10 11:00', '12,345,678', '12,345,678', '1', '1', '1']]);
    for (const line of shown) expect(line.length).to.be.at.most(80);
    expect(shown.join('\n')).to.match(/dead\s+that\n.*letters\s+differ/u);
  });

  it('keeps a cell on its line, as wide as it is shown', () => {
    const shown = lines([
      ['key', 'n'],
      ['a\nb\u202E', '1'],
      ['你好', '2'],
    ]);
    expect(shown).to.have.length(4);
    expect(new Set(shown.map((line) => stringWidth(line))).size).to.equal(1);
  });
});
