import { expect } from 'chai';
import fc from 'fast-check';
import { NO_COUNTS } from '#src/contracts/counts.js';
import { HOUR_MS } from '#src/contracts/digest.js';
import { StateError, StateMovedError } from '#src/contracts/errors.js';
import { EMPTY_STATE, type PipelineState } from '#src/contracts/pipeline-state.js';
import type { StateChange } from '#src/contracts/state-change.js';
import type { Window } from '#src/contracts/window.js';
import { followedUntil } from '#src/engine/run/followed-until.js';
import { isClaimable } from '#src/state/assert-sharable.js';
import { decide } from '#src/state/decide.js';
import { rewindPoint } from '#src/state/rewind-state.js';

const REVISIT_MS = 3 * HOUR_MS;
const BOUND = decide(EMPTY_STATE, [
  { type: 'bind', binding: { source: { description: 's', fingerprint: 's' }, start: 'beginning', handover: 0 } },
  { type: 'backfilled', stream: 'trace' },
]).state;

const isAlive = (worker: number) => worker < 9;
const by = { worker: 1, isAlive };

function aWindow(fromHours: number, untilHours: number, as: Partial<Window> = {}): Window {
  const [from, until] = [fromHours * HOUR_MS, untilHours * HOUR_MS];
  return { stream: 'trace', axis: 'change', from, until, createdBefore: 0, revisitMs: 0, ...as };
}

/** The older records of a window, and what was created in it in two slices. */
const SLICES = [aWindow(0, 4, { revisitMs: REVISIT_MS, olderOnly: true }), aWindow(0, 2), aWindow(2, 4)];

function plan(state: PipelineState, windows: readonly Window[], claim?: number): readonly StateChange[] {
  return windows.map((window, index) => ({
    type: 'plan',
    id: state.nextWindowId + index,
    purpose: 'following',
    window,
    ...(index === 0 && claim !== undefined && { claim }),
    at: 0,
  }));
}

const planned = (state: PipelineState, windows: readonly Window[]) => decide(state, plan(state, windows)).state;
const commitBy = (state: PipelineState, changes: readonly StateChange[]) => decide(state, changes, { by }).state;

function done(state: PipelineState, id: number, mapping = 'm'): PipelineState {
  const counts = { ...NO_COUNTS, read: 1, filtered: 1 };
  const advance = { type: 'advance', id, mapping, cursor: 'c', counts, deadLetters: [], at: 0 } as const;
  return decide(state, [advance, { type: 'finish', id, at: 0 }]).state;
}

describe('the slices of a window', () => {
  it('become the window again, in whatever order they end', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3], { minLength: 3 }), (ids) => {
        const { windows } = ids.reduce((state, id) => done(state, id), planned(BOUND, SLICES));
        expect(windows.map(({ window }) => window)).to.deep.equal([aWindow(0, 4, { revisitMs: REVISIT_MS })]);
        expect(windows[0]?.segments[0]?.counts.read).to.equal(3);
      }),
    );
  });

  it('are three windows for ever when the mapping changed between them', () => {
    let state = planned(BOUND, SLICES);
    state = done(done(done(state, 1, 'old'), 2), 3);
    for (let hours = 4; hours < 40; hours += 4) {
      const first = state.nextWindowId;
      const next = SLICES.map((each) => ({
        ...each,
        from: each.from + hours * HOUR_MS,
        until: each.until + hours * HOUR_MS,
      }));
      state = [0, 1, 2].reduce((reached, index) => done(reached, first + index), planned(state, next));
    }
    expect(state.windows).to.have.length(3);
    expect(followedUntil(state, ['trace'])).to.equal(40 * HOUR_MS);
  });

  it('count as followed up to the first that is open', () => {
    const open = planned(BOUND, SLICES);
    expect(followedUntil(open, ['trace'])).to.equal(0);
    expect(followedUntil(done(done(open, 1), 3), ['trace'])).to.equal(0);
    expect(followedUntil(done(done(open, 1), 2), ['trace'])).to.equal(2 * HOUR_MS);
    expect(followedUntil(done(done(done(open, 1), 2), 3), ['trace'])).to.equal(4 * HOUR_MS);
  });

  it('are left without a hole by a rewind, however many of them are open', () => {
    const cut = [aWindow(0, 1.5), aWindow(1.5, 2.6), aWindow(2.6, 4)];
    const state = done(planned(BOUND, cut), 1);
    expect(rewindPoint(state, 'trace', 3 * HOUR_MS)).to.equal(HOUR_MS);
    const attribution = { at: 0, by: 'ada@ops' };
    const { windows } = decide(state, [{ type: 'rewind', to: 3 * HOUR_MS, streams: ['trace'], attribution }]).state;
    expect(windows.map(({ window }) => [window.from, window.until])).to.deep.equal([[0, HOUR_MS]]);
  });
});

describe('workers that share a window of following', () => {
  it('plan its slices for whoever comes first, and work on them side by side', () => {
    const state = commitBy(BOUND, plan(BOUND, SLICES, 1));
    expect(state.windows.map(({ claim }) => claim)).to.deep.equal([1, undefined, undefined]);
    expect(state.windows.map((each) => isClaimable(state, each, isAlive))).to.deep.equal([false, true, true]);
    const claim = { type: 'claim', id: 2, worker: 1 } as const;
    expect(commitBy(state, [claim]).windows[1]?.claim).to.equal(1);
  });

  it('plan nothing after it before every slice is done', () => {
    const state = done(done(commitBy(BOUND, plan(BOUND, SLICES, 1)), 1), 2);
    for (const next of [
      aWindow(4, 8, { revisitMs: REVISIT_MS }),
      aWindow(4, 8, { revisitMs: REVISIT_MS, olderOnly: true }),
    ]) {
      expect(() => commitBy(state, plan(state, [next], 1))).to.throw(StateMovedError, 'window 3 of trace must be done');
    }
  });

  it('cannot plan slices with the same record', () => {
    const [older = aWindow(0, 4), first = older, second = older] = SLICES;
    for (const slices of [
      [older, first, { ...second, from: second.from - 1 }],
      [older, older],
      [older, { ...second, until: second.until + 1 }],
      [first, aWindow(2, 4, { revisitMs: REVISIT_MS })],
    ]) {
      expect(() => commitBy(BOUND, plan(BOUND, slices, 1))).to.throw(StateMovedError);
    }
  });

  it('claim what they plan of every other kind', () => {
    const held: StateChange = { type: 'plan', id: 1, purpose: 'held', window: aWindow(0, 1), at: 0 };
    expect(() => commitBy(BOUND, [held])).to.throw(StateError, 'must be claimed by the worker that plans it');
  });
});
