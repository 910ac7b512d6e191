import type { RunProgress } from '@sluice/core/engine';
import { expect } from 'chai';
import { progressText } from '#src/terminal/progress-display.js';

const PROGRESS: RunProgress = {
  recordsRead: 4500,
  eventsFinal: 4400,
  expectedRecords: 10_000,
};

describe('the progress bar', () => {
  it('shows the records that are read and expected, the rate and the time that the rest takes at this rate', () => {
    expect(progressText(PROGRESS, 45_000)).to.equal(
      '██████████░░░░░░░░░░░░░░ 45% · 4,500 of about 10,000 records · 100/s · about 55 s left',
    );
  });

  it('does not guess the remaining time in the first two seconds', () => {
    expect(progressText(PROGRESS, 1000)).to.match(/· estimating$/u);
  });

  it('never shows 100% before the end, whatever was expected', () => {
    expect(progressText({ ...PROGRESS, expectedRecords: 4500 }, 45_000)).to.contain(' 99% ');
    expect(progressText({ ...PROGRESS, recordsRead: 0, expectedRecords: 0 }, 0)).to.contain(' 0% ');
  });

  it('shows neither share nor remaining time when nothing is expected', () => {
    const { expectedRecords: _, ...following } = PROGRESS;
    expect(progressText(following, 45_000)).to.equal('4,500 records · 100/s');
  });
});
