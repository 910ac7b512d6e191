import type { DestinationVerification } from '@sluice/core/engine';
import { expect } from 'chai';
import { destinationText } from '#src/output/destination-text.js';
import { screenText } from '#src/terminal/screen-text.js';

const HOUR = 3_600_000;
const FIRST = Date.parse('2026-03-10T08:00:00Z');

describe('the text about a destination', () => {
  it('names the hours that no query was left for', () => {
    const verification: DestinationVerification = {
      place: 'the shop',
      compared: { from: FIRST, until: FIRST + 3 * HOUR },
      reason: '2 queries were not enough: compare a shorter range, or allow more',
      events: [{ event: 'visit', expected: 5, missing: 2 }],
      differences: [{ hour: FIRST, event: 'visit', expected: 5, missing: 2 }],
      unexamined: [FIRST + HOUR, FIRST + 2 * HOUR].map((hour) => ({ hour, event: 'visit' })),
      causes: [],
      ahead: 0,
      earlier: 0,
      queries: 2,
    };
    expect(screenText(destinationText(verification), { colour: false })).to.include(
      'not in the tables, because no query was left to find what is missing in them:\n' +
        '- 2026-03-10 09:00 visit\n- 2026-03-10 10:00 visit\n',
    );
  });
});
