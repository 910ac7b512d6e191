import { NO_COUNTS } from '#src/contracts/counts.js';
import type { LedgerWindow } from '#src/contracts/ledger.js';
import { mappingChange } from '#src/engine/run/mapping-change.js';
import { expect } from 'chai';

const HANDOVER = 5000;
const binding = { source: { description: 's', fingerprint: 's' }, start: 'beginning', handover: HANDOVER };

function aWindow(id: number, mapping: string | undefined, rest: Partial<LedgerWindow> = {}): LedgerWindow {
  return {
    id,
    purpose: 'following',
    window: { stream: 'note', axis: 'change', from: HANDOVER, until: HANDOVER + 1, revisitMs: 0 },
    status: 'done',
    segments: mapping === undefined ? [] : [{ mapping, counts: NO_COUNTS }],
    plannedAt: 0,
    finishedAt: id * 1000,
    ...rest,
  };
}

describe('a change of the mapping', () => {
  const history = aWindow(1, 'old', {
    purpose: 'first-backfill',
    window: { stream: 'note', axis: 'event', from: 100, until: HANDOVER, revisitMs: 0 },
  });

  it('is told with both hashes and where the history begins', () => {
    const windows = [history, aWindow(2, 'old'), aWindow(3, undefined)];
    expect(mappingChange({ binding, windows }, 'new')).to.deep.equal({ was: 'old', is: 'new', from: 100 });
  });

  it('is none with the same mapping, before the first record, and after a backfill with the new one', () => {
    expect(mappingChange({ binding, windows: [history] }, 'old')).to.equal(undefined);
    expect(mappingChange({ binding, windows: [aWindow(1, undefined)] }, 'new')).to.equal(undefined);
    expect(mappingChange({ windows: [] }, 'new')).to.equal(undefined);
    const backfilled = aWindow(9, 'new', { purpose: 'backfill' });
    expect(mappingChange({ binding, windows: [history, backfilled, aWindow(3, 'old')] }, 'new')).to.equal(undefined);
  });

  it('is found in a window that two mappings have worked on, and in one that is open', () => {
    const { finishedAt: _, ...open } = aWindow(4, 'old', { status: 'open', plannedAt: 9000 });
    const both = { ...open, segments: [...open.segments, { mapping: 'newer', counts: NO_COUNTS }] };
    expect(mappingChange({ binding, windows: [history, both] }, 'old')).to.include({ was: 'newer', is: 'old' });
  });

  it('begins at the handover when there was no history', () => {
    expect(mappingChange({ binding, windows: [aWindow(2, 'old')] }, 'new')?.from).to.equal(HANDOVER);
  });
});
