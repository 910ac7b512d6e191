import { EMPTY_STATE } from '@sluice/core/state';
import { expect } from 'chai';
import { it } from 'mocha';
import { aBinding, aDeadLetter, aDigest, advance, plan } from '../state-changes.js';
import { lettersOf, PIPELINE, type StateStoreSubject } from './subject.js';

export function describeReading(subject: StateStoreSubject): void {
  it('reads a pipeline that never ran as empty', async () => {
    const reader = subject.store.reader('never-ran');
    expect(await reader.read()).to.deep.equal(EMPTY_STATE);
    expect(await lettersOf(reader)).to.deep.equal([]);
    expect(await reader.digests('trace', 0, Number.MAX_SAFE_INTEGER)).to.deep.equal([]);
    expect(await reader.holder()).to.equal(undefined);
  });

  subject.test('shows a reader what was committed while the writer is open', async (writer) => {
    const state = await writer.commit([{ type: 'bind', binding: aBinding }, plan(1, 1_000, 2_000)]);
    expect(await writer.read()).to.deep.equal(state);
    expect(await subject.reader.read()).to.deep.equal(state);
    expect(await subject.readElsewhere()).to.deep.equal(state);
  });

  subject.test(
    'shows a reader the state before or after a commit that is under way, and nothing else',
    async (writer) => {
      const before = await writer.commit([{ type: 'bind', binding: aBinding }]);
      const commits = [1, 2, 3, 4, 5].map((id) => writer.commit([plan(id, id * 1_000, id * 1_000 + 1)]));
      const reads = await Promise.all([1, 2, 3, 4, 5].map(() => subject.readElsewhere()));
      const states = [before, ...(await Promise.all(commits))];
      for (const read of reads) expect(read).to.deep.equal(states[read.revision - 1]);
    },
  );

  subject.test('has the same state, dead letters and digests after it is reopened', async (writer) => {
    const state = await writer.commit([
      { type: 'bind', binding: aBinding },
      plan(1, 1_000, 2_000),
      advance(1, 3, { cursor: 'c3', deadLetters: [aDeadLetter('1-1')], digests: [aDigest(0, 'a', 'b')] }),
    ]);
    await subject.release(writer);
    const again = await subject.acquire(await subject.underTest.reopen());
    expect(await again.read()).to.deep.equal(state);
    expect(await lettersOf(again)).to.deep.equal([aDeadLetter('1-1')]);
    expect(await again.digests('trace', 0, 1)).to.deep.equal([aDigest(0, 'a', 'b')]);
  });

  it('keeps pipelines separate', async () => {
    const first = await subject.acquire();
    const second = await subject.acquire(subject.store, 'pipeline-2');
    const letters = { deadLetters: [aDeadLetter('1-1')], digests: [aDigest(0, 'a')] };
    await first.commit([{ type: 'bind', binding: aBinding }, plan(1, 1_000, 2_000), advance(1, 0, letters)]);
    expect(await second.read()).to.deep.equal(EMPTY_STATE);
    await second.commit([{ type: 'bind', binding: aBinding }]);
    expect(await lettersOf(second)).to.deep.equal([]);
    expect(await lettersOf(subject.store.reader(PIPELINE))).to.deep.equal(letters.deadLetters);
    expect(await second.digests('trace', 0, 1)).to.deep.equal([]);
    expect(await subject.reader.digests('trace', 0, 1)).to.deep.equal(letters.digests);
  });
}
