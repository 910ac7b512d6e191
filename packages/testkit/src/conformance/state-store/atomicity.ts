import { StateError, type StateChange } from '@sluice/core/state';
import { expect } from 'chai';
import { aBinding, aDeadLetter, aDigest, advance, close, countsOf, finish, plan } from '../state-changes.js';
import { failureOf, idsOf, type StateStoreSubject } from './subject.js';

export function describeAtomicity(subject: StateStoreSubject): void {
  subject.test('raises the revision by one with every commit', async (writer) => {
    expect((await writer.commit([plan(1, 1_000, 2_000)])).revision).to.equal(1);
    expect((await writer.commit([advance(1, 1), advance(1, 1)])).revision).to.equal(2);
    expect((await writer.commit([])).revision).to.equal(3);
  });

  subject.test('refuses a commit that expects another revision, and changes nothing', async (writer) => {
    const state = await writer.commit([plan(1, 1_000, 2_000)]);
    for (const expectedRevision of [0, 2]) {
      const refused = await failureOf(writer.commit([plan(2, 2_000, 3_000)], { expectedRevision }));
      expect(refused).to.be.instanceOf(StateError);
    }
    expect(await writer.read()).to.deep.equal(state);
    expect(await subject.readElsewhere()).to.deep.equal(state);
  });

  subject.test('accepts a commit that expects the current revision', async (writer) => {
    await writer.commit([plan(1, 1_000, 2_000)], { expectedRevision: 0 });
    expect((await writer.commit([finish(1)], { expectedRevision: 1 })).revision).to.equal(2);
  });

  subject.test('accepts only the first of two commits that were planned for the same revision', async (writer) => {
    const plans = [1, 2].map((id) => writer.commit([plan(id, 1_000, 2_000)], { expectedRevision: 0 }));
    const results = await Promise.allSettled(plans);
    expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected']);
    expect((await subject.readElsewhere()).windows.map(({ id }) => id)).to.deep.equal([1]);
  });

  subject.test('makes concurrent commits one after another, in the order of the calls', async (writer) => {
    const states = await Promise.all([1, 2, 3, 4, 5].map((id) => writer.commit([plan(id, id, id + 1)])));
    expect(states.map(({ windows }) => windows.map(({ id }) => id))).to.deep.equal([
      [1],
      [1, 2],
      [1, 2, 3],
      [1, 2, 3, 4],
      [1, 2, 3, 4, 5],
    ]);
  });

  const refused: readonly (readonly [string, StateChange])[] = [
    ['a window that does not exist', advance(99, 1)],
    ['a finished window', advance(1, 1)],
    ['a window id that was used before', plan(2, 3_000, 4_000)],
    ['an empty window', plan(9, 3_000, 3_000)],
    ['a window of a backfill that is not open', plan(9, 3_000, 4_000, 'trace', { purpose: 'backfill', backfill: 'x' })],
    ['a repair that is not a full hour', plan(9, 3_000, 4_000, 'trace', { purpose: 'repair' })],
    ['counts that do not balance', advance(2, 1, { counts: { ...countsOf(1), accepted: 0 } })],
    ['dead letters that are not counted', advance(2, 1, { deadLetters: [aDeadLetter('x')], counts: countsOf(1) })],
    ['a second binding after an event was accepted', { type: 'bind', binding: aBinding }],
    ['a time that is not a number', { type: 'finish', id: 2, at: Number.NaN }],
  ];
  for (const [what, change] of refused) {
    subject.test(`refuses a commit with ${what} as a whole, and accepts the next one`, async (writer) => {
      const digests = [aDigest(0, 'a')];
      await writer.commit([
        { type: 'bind', binding: aBinding },
        plan(1, 1_000, 2_000),
        advance(1, 0, { deadLetters: [aDeadLetter('1-1')], digests }),
        finish(1),
      ]);
      const state = await writer.commit([plan(2, 2_000, 3_000), advance(2, 1)]);
      const before = [close(['1-1']), advance(2, 0, { deadLetters: [aDeadLetter('2-1')], digests: [aDigest(0, 'b')] })];
      expect(await failureOf(writer.commit([...before, change]))).to.be.instanceOf(StateError);
      expect(await writer.read()).to.deep.equal(state);
      expect(await subject.readElsewhere()).to.deep.equal(state);
      expect(await idsOf(subject.reader)).to.deep.equal(['1-1']);
      expect(await subject.reader.digests('trace', 0, 1)).to.deep.equal(digests);
      expect((await writer.commit([finish(2)])).revision).to.equal(3);
    });
  }
}
