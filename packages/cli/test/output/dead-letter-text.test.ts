import stringWidth from 'string-width';
import { expect } from 'chai';
import type { DeadLetter } from '@sluice/core/state';
import { deadLetterList, deadLetterText, noneSelectedText } from '#src/output/dead-letter-text.js';
import { screenText } from '#src/terminal/screen-text.js';

function aLetter(id: string, attempts = 1): DeadLetter {
  const key = '1dd09fd4-8dec-4701-8e6e-a20abb9aff2d';
  const at = Date.UTC(2026, 2, 10, 12);
  return { id, stream: 'generation', key, reason: 'mapping-failed', detail: 'no', mapping: 'm', attempts, at };
}

const linesOf = (letters: readonly DeadLetter[]) => screenText(deadLetterList(letters), { colour: false }).split('\n');

describe('the list of dead letters', () => {
  it('fits 80 columns, also after failed replays', () => {
    for (const letters of [[aLetter('1234-1')], [aLetter('1234-1'), aLetter('1234-2', 3)]]) {
      const widths = linesOf(letters).map((line) => stringWidth(line));
      expect(Math.max(...widths)).to.be.at.most(80);
    }
  });

  it('says since when there are dead letters for a reason', () => {
    expect(linesOf([aLetter('1-1')])).to.include('mapping-failed since 2026-03-10T12:00:00Z: no');
  });
});

describe('a selection without dead letters', () => {
  it('says whether there are others', () => {
    expect(noneSelectedText([], undefined)).to.equal('no open dead letters\n');
    expect(noneSelectedText(['invalid-event'], undefined)).to.equal('no open dead letter matches\n');
    expect(noneSelectedText(['invalid-event'], 'invalid-event')).to.equal('no open dead letter matches\n');
  });

  it('says which reason is meant', () => {
    expect(noneSelectedText(['invalid-event'], 'invalid-evnt')).to.equal(
      'no open dead letter has the reason `invalid-evnt`; did you mean `invalid-event`?\n',
    );
  });
});

describe('a dead letter in full', () => {
  it('says that fields of personal data are missing from its record', () => {
    const letter = { ...aLetter('1-1'), record: { name: 'a' } };
    const title = (personalData: 'keep' | 'omit') =>
      /^record.*/mu.exec(screenText(deadLetterText(letter, personalData), { colour: false }))?.[0];
    expect(title('keep')).to.equal('record, as the mapping read it');
    expect(title('omit')).to.equal('record, as the mapping read it; personal data is not kept');
  });
});
