import { expect } from 'chai';
import type { PreviewedRecord, RecordFate } from '@sluice/core/engine';
import { moreText, recordHeading } from '#src/output/record-text.js';
import { screenText } from '#src/terminal/screen-text.js';

const AT = Date.UTC(2026, 2, 10, 12);

function stateOf(fate: RecordFate, events: readonly string[] = ['an event']): string {
  const record: PreviewedRecord = {
    stream: 'note',
    key: 'n1',
    createdAt: AT,
    record: {},
    events,
    requests: [],
    notSent: [],
    fate,
  };
  return /state {5}(?<state>.*)/u.exec(screenText(recordHeading(record), { colour: false }))?.groups?.['state'] ?? '';
}

describe('what has become of a record, in words', () => {
  const letter = { stream: 'note', key: 'n1', reason: 'invalid-event', at: AT };

  it('is that it was a dead letter, and how that ended', () => {
    expect(stateOf({ kind: 'closed-dead-letter', letter: { ...letter, how: 'replayed' } })).to.equal(
      'was a dead letter (invalid-event), exported by a replay 2026-03-10T12:00:00Z',
    );
    expect(stateOf({ kind: 'closed-dead-letter', letter: { ...letter, how: 'replayed' } }, [])).to.equal(
      'was a dead letter (invalid-event), read again by a replay 2026-03-10T12:00:00Z',
    );
    expect(stateOf({ kind: 'closed-dead-letter', letter: { ...letter, how: 'discarded' } })).to.equal(
      'was a dead letter (invalid-event), discarded 2026-03-10T12:00:00Z',
    );
  });

  it('ends with how many records are not shown, and how to see them', () => {
    const more = [
      { stream: 'generation', count: 25 },
      { stream: 'score', count: 1 },
    ];
    expect(moreText(more, 5)).to.equal('… and 25 more generation records and 1 more score record: see --limit 30\n');
    expect(moreText([], 5)).to.equal('');
  });
});
