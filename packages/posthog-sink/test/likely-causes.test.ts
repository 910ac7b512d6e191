import { expect } from 'chai';
import { likelyCauses, type Evidence } from '#src/likely-causes.js';

const PAGES = 'https://eu.posthog.com/project/7';

function causesOf(events: readonly string[], evidence: Partial<Evidence>): readonly string[] {
  const missing = events.map((event) => ({ hour: 0, event, expected: 9, missing: 9 }));
  return likelyCauses(missing, { warnings: [], quotas: undefined, pages: PAGES, ...evidence }).map(({ code }) => code);
}

describe('the likely causes of a loss', () => {
  const warnings = [{ type: 'event_dropped_too_old', event: 'a', warnings: 1 }];

  it('are the warnings that explain it', () => {
    expect(causesOf(['a'], { warnings })).to.deep.equal(['event_dropped_too_old']);
    expect(causesOf(['a', 'b'], { warnings: [{ ...warnings[0]!, event: '' }] })).to.deep.equal([
      'event_dropped_too_old',
    ]);
  });

  it('are a quota or a restriction besides, where a warning explains the loss of another event only', () => {
    expect(causesOf(['a', 'b'], { warnings })).to.deep.equal(['quota', 'event-restriction', 'event_dropped_too_old']);
  });
});
