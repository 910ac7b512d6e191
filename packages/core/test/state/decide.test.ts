import { expect } from 'chai';
import fc from 'fast-check';
import { addCounts, imbalance, NO_COUNTS, type Counts } from '#src/contracts/counts.js';
import type { LedgerWindow } from '#src/contracts/ledger.js';
import { EMPTY_STATE, type PipelineState } from '#src/contracts/pipeline-state.js';
import type { StateChange } from '#src/contracts/state-change.js';
import { applyCommit, decide } from '#src/state/decide.js';
import { mergeFinished } from '#src/state/merge-windows.js';
import { storedCommit, storedState } from '#src/state/stored-schema.js';
import { changeOf, someSteps, type Step } from './some-changes.js';

function totals(state: PipelineState): Counts {
  return state.windows.flatMap(({ segments }) => segments.map(({ counts }) => counts)).reduce(addCounts, NO_COUNTS);
}

interface Played {
  readonly changes: readonly StateChange[];
  /** The state after every change, with the empty one first. */
  readonly states: readonly PipelineState[];
  readonly last: PipelineState;
}

function play(steps: readonly Step[]): Played {
  const planned = new Map<string, number>();
  const changes: StateChange[] = [];
  const states = [EMPTY_STATE];
  let last = EMPTY_STATE;
  for (const step of steps) {
    const change = changeOf(step, last, planned);
    if (change === undefined) continue;
    last = decide(last, [change]).state;
    changes.push(change);
    states.push(last);
  }
  return { changes, states, last };
}

/** Checks the states after random sequences of plans, advances and finishes. */
function afterAnySteps(check: (played: Played) => void): void {
  fc.assert(
    fc.property(someSteps, (steps) => check(play(steps))),
    { numRuns: 300 },
  );
}

/** Every hour that the windows cover, with its stream. */
function hoursOf(windows: readonly LedgerWindow[]): readonly string[] {
  return windows
    .flatMap(({ window: { stream, from, until } }) =>
      Array.from({ length: until - from }, (_, index) => `${stream} ${from + index}`),
    )
    .toSorted();
}

describe('the ledger, after any plans, advances and finishes', () => {
  it('counts exactly what the commits brought', () => {
    afterAnySteps(({ changes, last }) => {
      const advances = changes.flatMap((change) => (change.type === 'advance' ? [change] : []));
      expect(totals(last)).to.deep.equal(advances.map(({ counts }) => counts).reduce(addCounts, NO_COUNTS));
      expect(imbalance(totals(last))).to.equal(undefined);
      expect(last.openDeadLetters).to.equal(advances.flatMap(({ deadLetters }) => deadLetters).length);
    });
  });

  it('numbers windows uniquely, in ascending order, below the next number', () => {
    afterAnySteps(({ states }) => {
      for (const { windows, nextWindowId } of states) {
        const ids = windows.map(({ id }) => id);
        expect(ids).to.deep.equal([...new Set(ids)].toSorted((a, b) => a - b));
        expect(ids.every((id) => id < nextWindowId)).to.equal(true);
      }
    });
  });

  it('never uses a number twice, and raises its revision by one with every commit', () => {
    afterAnySteps(({ changes, states }) => {
      const planned = changes.flatMap((change) => (change.type === 'plan' ? [change.id] : []));
      expect(planned).to.deep.equal(planned.map((_, index) => index + 1));
      expect(states.map(({ revision }) => revision)).to.deep.equal(states.map((_, index) => index));
    });
  });

  it('covers exactly the planned hours, each once', () => {
    afterAnySteps(({ changes, last }) => {
      const planned = changes.flatMap((change) => (change.type === 'plan' ? [change.window] : []));
      const asWindows = planned.map((window): LedgerWindow => ({
        id: 0,
        purpose: 'following',
        window,
        status: 'open',
        segments: [],
        plannedAt: 0,
      }));
      expect(hoursOf(last.windows)).to.deep.equal(hoursOf(asWindows));
    });
  });

  it('merges all finished neighbours of one mapping, and keeps open windows', () => {
    afterAnySteps(({ changes, last }) => {
      expect(mergeFinished(last.windows)).to.deep.equal(last.windows);
      const finished = new Set(changes.flatMap((change) => (change.type === 'finish' ? [change.id] : [])));
      const open = last.windows.filter(({ status }) => status === 'open').map(({ id }) => id);
      const planned = changes.flatMap((change) => (change.type === 'plan' ? [change.id] : []));
      expect(open).to.deep.equal(planned.filter((id) => !finished.has(id)));
      expect(last.windows.filter(({ status, cursor }) => status === 'done' && cursor !== undefined)).to.deep.equal([]);
    });
  });

  it('holds nothing when an earlier version wrote it', () => {
    const { held: _, ...earlier } = EMPTY_STATE;
    const { held: _held, ...counts } = NO_COUNTS;
    const parsed = storedState.parse({ ...earlier, totals: { trace: counts } });
    expect(parsed).to.deep.equal({ ...EMPTY_STATE, totals: { trace: NO_COUNTS } });
  });

  it('is the same when it is read as it was stored or replayed from its commits', () => {
    afterAnySteps(({ changes, last }) => {
      expect(storedState.parse(JSON.parse(JSON.stringify(last)))).to.deep.equal(last);
      const commits = changes.map((change, index) => ({ revision: index + 1, changes: [change] }));
      const stored = commits.map((commit) => storedCommit.parse(JSON.parse(JSON.stringify(commit))));
      expect(stored).to.deep.equal(commits);
      expect(stored.reduce((state, commit) => applyCommit(state, commit).state, EMPTY_STATE)).to.deep.equal(last);
    });
  });
});

describe('finished windows', () => {
  function finished(id: number, from: number, until: number, overrides: Partial<LedgerWindow> = {}): LedgerWindow {
    return {
      id,
      purpose: 'following',
      window: { stream: 'trace', axis: 'change', from, until, revisitMs: 0 },
      status: 'done',
      segments: [{ mapping: 'm1', counts: { ...NO_COUNTS, read: id, filtered: id } }],
      plannedAt: id,
      finishedAt: 10 * id,
      ...overrides,
    };
  }

  function idsOf(windows: readonly LedgerWindow[]): readonly number[] {
    return mergeFinished(windows).map(({ id }) => id);
  }

  it('merge under the lowest number, in whatever order they were finished', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), (places) => {
        const windows = places.map((place, index) => finished(index + 1, place, place + 1));
        const merged = mergeFinished(windows);
        expect(merged).to.have.length(1);
        expect(merged[0]).to.deep.include({ id: 1, plannedAt: 1, finishedAt: 60 });
        expect(merged[0]?.window).to.deep.include({ from: 0, until: 6 });
        expect(merged[0]?.segments).to.deep.equal([
          { mapping: 'm1', counts: { ...NO_COUNTS, read: 21, filtered: 21 } },
        ]);
      }),
    );
  });

  it('stay apart when anything but their time differs', () => {
    const first = finished(1, 0, 1);
    const { window } = finished(2, 1, 2);
    const others: readonly Partial<LedgerWindow>[] = [
      { purpose: 'first-backfill' },
      { status: 'open' },
      { segments: [{ mapping: 'm2', counts: NO_COUNTS }] },
      { window: { ...window, stream: 'score' } },
      { window: { ...window, axis: 'event' } },
      { window: { ...window, revisitMs: 1 } },
      { window: { ...window, createdBefore: 1 } },
      { window: { ...window, eventFrom: 1 } },
      { window: { ...window, from: 1.5 } },
    ];
    expect(idsOf([first, finished(2, 1, 2)])).to.deep.equal([1]);
    for (const other of others)
      expect(idsOf([first, finished(2, 1, 2, other)]), JSON.stringify(other)).to.deep.equal([1, 2]);
  });

  it('merge with an empty window, which does not join two mappings', () => {
    const empty = finished(2, 1, 2, { segments: [] });
    const other = finished(3, 2, 3, { segments: [{ mapping: 'm2', counts: NO_COUNTS }] });
    expect(idsOf([finished(1, 0, 1), empty])).to.deep.equal([1]);
    expect(idsOf([finished(1, 0, 1), empty, other])).to.deep.equal([1, 3]);
  });
});

describe('a change that breaks the rules of the ledger', () => {
  const window = { stream: 'trace', axis: 'change', from: 0, until: 1, revisitMs: 0 } as const;
  const plan = { type: 'plan', id: 1, purpose: 'following', window, at: 0 } as const;
  const advance = { type: 'advance', id: 1, mapping: 'm', counts: NO_COUNTS, deadLetters: [], at: 1 } as const;
  const finish = { type: 'finish', id: 1, at: 0 } as const;
  const broken: readonly (readonly [string, readonly StateChange[]])[] = [
    ['window 1 was planned before', [plan, plan]],
    ['window 1 is empty', [{ ...plan, window: { ...window, until: 0 } }]],
    ['has no window 1', [advance]],
    ['window 1 is already done', [plan, finish, finish]],
    ['window 1 is already done', [plan, finish, advance]],
    ['do not balance', [plan, { ...advance, counts: { ...NO_COUNTS, read: 1 } }]],
    ['counts 1 dead letters', [plan, { ...advance, counts: { ...NO_COUNTS, read: 1, deadLetteredRecords: 1 } }]],
    ['not bound to a source', [{ type: 'bind-sink', sink: { description: '', fingerprint: '' } }]],
  ];
  for (const [message, changes] of broken) {
    it(`is refused: ${message} (${changes.map(({ type }) => type).join(', ')})`, () => {
      expect(() => decide(EMPTY_STATE, changes)).to.throw(message);
    });
  }
});
