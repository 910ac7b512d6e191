import { StateError, HOUR_MS, type StateChange } from '@sluice/core/state';
import { expect } from 'chai';
import { it } from 'mocha';
import {
  aBinding,
  aDeadLetter,
  aDigest,
  advance,
  anAttribution,
  countsOf,
  finish,
  plan,
  rewind,
} from '../state-changes.js';
import { failureOf, idsOf, type StateStoreSubject } from './subject.js';

/** The handover is in the middle of hour 0. The first backfill and hours 1 to 4 of following are done, with digests. */
function history(stream: string, id: number): readonly StateChange[] {
  const digests = [0, 1, 2, 3, 4].map((hour) => aDigest(hour, `${stream} ${hour}`));
  return [
    plan(id, 0, HOUR_MS / 2, stream, { purpose: 'first-backfill' }),
    advance(id, 1, { digests: [aDigest(0, `${stream} before`)] }),
    finish(id),
    plan(id + 1, HOUR_MS / 2, 5 * HOUR_MS, stream),
    advance(id + 1, 5, { digests }),
    finish(id + 1),
  ];
}

const binding = { ...aBinding, handover: HOUR_MS / 2 };

export function describeRewind(subject: StateStoreSubject): void {
  async function rewound(...changes: readonly StateChange[]) {
    const writer = await subject.acquire();
    await writer.commit([{ type: 'bind', binding }, ...history('trace', 1), ...history('score', 3)]);
    return { writer, state: await writer.commit(changes) };
  }

  function windowsOf(windows: readonly { readonly window: { stream: string; from: number; until: number } }[]) {
    return windows.map(({ window: { stream, from, until } }) => `${stream} ${from / HOUR_MS}–${until / HOUR_MS}`);
  }

  async function hoursOf(stream: string): Promise<readonly number[]> {
    const digests = await subject.reader.digests(stream, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    return digests.map(({ hour }) => hour / HOUR_MS);
  }

  it('goes back to a full hour: cuts windows, clears later digests, keeps other streams', async () => {
    const { state } = await rewound(rewind(3 * HOUR_MS, 'trace'));
    expect(windowsOf(state.windows)).to.deep.equal(['trace 0–0.5', 'trace 0.5–3', 'score 0–0.5', 'score 0.5–5']);
    expect(await hoursOf('trace')).to.deep.equal([0, 1, 2]);
    expect(await hoursOf('score')).to.deep.equal([0, 1, 2, 3, 4]);
    expect(state.history.at(-1)).to.deep.equal({
      ...anAttribution,
      what: 'rewind',
      detail: 'trace back to 1970-01-01T03:00:00.000Z',
    });
    expect(await subject.readElsewhere()).to.deep.equal(state);
  });

  it('goes back in several streams at once, and counts again from there', async () => {
    const { writer } = await rewound(rewind(HOUR_MS, 'trace', 'score'));
    expect(await hoursOf('trace')).to.deep.equal([0]);
    expect(await hoursOf('score')).to.deep.equal([0]);
    const again = [plan(9, HOUR_MS, 2 * HOUR_MS), advance(9, 2, { digests: [aDigest(1, 'a', 'b')] }), finish(9)];
    const state = await writer.commit(again);
    expect(windowsOf(state.windows)).to.include('trace 0.5–2');
    expect(await subject.reader.digests('trace', HOUR_MS, 2 * HOUR_MS)).to.deep.equal([aDigest(1, 'a', 'b')]);
  });

  it('drops an open window, and goes back to its start when it contains the hour', async () => {
    const { writer } = await rewound(plan(9, 5 * HOUR_MS, 7 * HOUR_MS), advance(9, 1, { cursor: 'half' }));
    const state = await writer.commit([rewind(6 * HOUR_MS, 'trace')]);
    expect(windowsOf(state.windows)).to.include('trace 0.5–5').and.not.to.include('trace 5–7');
    expect(await hoursOf('trace')).to.deep.equal([0, 1, 2, 3, 4]);
  });

  subject.test(
    'refuses a rewind to the middle of an hour, to before the handover, and when nothing was exported',
    async (writer) => {
      expect(await failureOf(writer.commit([rewind(HOUR_MS, 'trace')]))).to.be.instanceOf(StateError);
      await subject.release(writer);
      const { writer: bound, state } = await rewound();
      for (const to of [0, 1.5 * HOUR_MS]) {
        expect(await failureOf(bound.commit([rewind(to, 'trace')]))).to.be.instanceOf(StateError);
      }
      expect(await bound.read()).to.deep.equal(state);
      expect(await hoursOf('trace')).to.deep.equal([0, 1, 2, 3, 4]);
    },
  );

  it('goes back to the start for a new binding, and keeps counts and history', async () => {
    const { writer } = await rewound(plan(9, 1_000, 2_000), advance(9, 0, { deadLetters: [aDeadLetter('9-1')] }));
    const state = await writer.commit([rewind('start', 'trace', 'score')]);
    expect(state).to.deep.include({ windows: [], backfilled: [], openDeadLetters: 0, nextWindowId: 10 });
    expect(state).not.to.have.property('binding');
    expect(state.totals).to.deep.include({ score: countsOf(6) });
    expect(state.history.at(-1)).to.deep.equal({
      ...anAttribution,
      what: 'rewind',
      detail: 'trace, score back to the start',
    });
    expect(await idsOf(subject.reader)).to.deep.equal([]);
    expect([await hoursOf('trace'), await hoursOf('score')]).to.deep.equal([[], []]);
    const again = await writer.commit([{ type: 'bind', binding }, plan(10, 0, 1_000)]);
    expect(again.windows.map(({ id }) => id)).to.deep.equal([10]);
  });
}
