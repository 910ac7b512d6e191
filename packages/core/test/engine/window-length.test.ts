import { expect } from 'chai';
import {
  lengthInFollowing,
  lengthInHistory,
  lengthInRange,
  lengthInSharedHistory,
  type WindowLength,
} from '#src/engine/run/window-length.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** After windows of the length that was planned, which held so many records. */
function after(length: WindowLength, ...held: readonly number[]): number {
  for (const records of held) {
    length.held({ stream: 'note', axis: 'event', from: 0, until: length.ms, revisitMs: 0 }, records);
  }
  return length.ms;
}

describe('the length of a window', () => {
  it('grows while windows hold little', () => {
    expect(after(lengthInHistory(YEAR))).to.equal(DAY);
    expect(after(lengthInHistory(YEAR), 0)).to.equal(8 * DAY);
    expect(after(lengthInHistory(YEAR), 4, 32)).to.equal(64 * DAY);
    expect(after(lengthInHistory(YEAR), 50_000)).to.equal(2 * DAY);
    expect(after(lengthInHistory(YEAR), 4, 32, 256, 2048, 2048)).to.equal(YEAR);
  });

  it('shrinks when a window has held much, but not below an hour', () => {
    expect(after(lengthInHistory(YEAR), 200_000)).to.equal(DAY / 2);
    expect(after(lengthInHistory(YEAR), 3_000_000, 400_000)).to.equal(HOUR);
    expect(after(lengthInHistory(YEAR), 0, 0, 0, 0, 9_000_000)).to.equal(Math.round(YEAR / 8));
  });

  it('follows what several workers want, from an hour on', () => {
    const length = lengthInSharedHistory(YEAR);
    expect(after(length)).to.equal(HOUR);
    length.held({ stream: 'note', axis: 'event', from: 0, until: 4 * HOUR, revisitMs: 0 }, 2000, 1000);
    expect(length.ms).to.equal(2 * HOUR);
    length.held({ stream: 'note', axis: 'event', from: 0, until: 2 * HOUR, revisitMs: 0 }, 1000, 8000);
    expect(length.ms).to.equal(16 * HOUR);
  });

  it('is never below a day while the source is followed', () => {
    expect(after(lengthInFollowing(YEAR), 3_000_000)).to.equal(DAY);
    expect(after(lengthInFollowing(YEAR), 0)).to.equal(8 * DAY);
  });

  it('never exceeds `maxWindow`, even if that is short', () => {
    expect(after(lengthInHistory(HOUR / 6))).to.equal(HOUR / 6);
    expect(after(lengthInHistory(HOUR / 6), 0, 3_000_000)).to.equal(HOUR / 6);
    expect(after(lengthInFollowing(HOUR / 6), 0)).to.equal(HOUR / 6);
  });

  it('is at most a part of a range that is exported again', () => {
    const days = { from: 0, until: 48 * DAY };
    expect(after(lengthInRange(days, YEAR))).to.equal(2 * DAY);
    expect(after(lengthInRange(days, YEAR), 0)).to.equal(2 * DAY);
    expect(after(lengthInRange(days, YEAR), 400_000)).to.equal(DAY / 2);
    expect(after(lengthInRange({ from: 0, until: HOUR }, YEAR))).to.equal(HOUR);
  });
});
