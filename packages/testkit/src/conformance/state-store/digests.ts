import { NO_KEYS, type KeySums } from '@sluice/core/source';
import { HOUR_MS } from '@sluice/core/state';
import { expect } from 'chai';
import { aDigest, advance, finish, plan } from '../state-changes.js';
import type { StateStoreSubject } from './subject.js';

export function describeDigests(subject: StateStoreSubject): void {
  subject.test('adds up digests by stream and hour, over commits and windows', async (writer) => {
    await writer.commit([
      plan(1, 1_000, 2_000),
      advance(1, 1, { digests: [aDigest(5, 'a'), aDigest(6, 'b')] }),
      plan(2, 1_000, 2_000, 'score'),
      advance(2, 1, { digests: [aDigest(5, 'z')] }),
    ]);
    await writer.commit([advance(1, 1, { digests: [aDigest(6, 'c')] }), finish(1)]);
    const { reader } = subject;
    expect(await reader.digests('trace', 0, 10 * HOUR_MS)).to.deep.equal([aDigest(5, 'a'), aDigest(6, 'b', 'c')]);
    expect(await reader.digests('score', 0, 10 * HOUR_MS)).to.deep.equal([aDigest(5, 'z')]);
    expect(await writer.digests('trace', 0, 10 * HOUR_MS)).to.deep.equal([aDigest(5, 'a'), aDigest(6, 'b', 'c')]);
  });

  subject.test('returns the digests of a half-open range of hours, in order', async (writer) => {
    const digests = [4, 2, 3, 1].map((hour) => aDigest(hour, String(hour)));
    await writer.commit([plan(1, 1_000, 2_000), advance(1, 1, { digests })]);
    const given = await subject.reader.digests('trace', 2 * HOUR_MS, 4 * HOUR_MS);
    expect(given).to.deep.equal([aDigest(2, '2'), aDigest(3, '3')]);
    expect(await subject.reader.digests('other', 0, 10 * HOUR_MS)).to.deep.equal([]);
  });

  subject.test('counts records by outcome, and adds their sums mod 2^64 exactly', async (writer) => {
    const digest = (delivered: number, sums: KeySums) => ({ hour: 0, delivered, filtered: 2, deadLettered: 3, sums });
    await writer.commit([
      plan(1, 1_000, 2_000),
      advance(1, 1, { digests: [digest(1, ['ffffffffffffffff', '8000000000000001'])] }),
      advance(1, 1, { digests: [digest(5, ['0000000000000003', '7fffffffffffffff'])] }),
      advance(1, 1, { digests: [digest(0, ['fffffffffffffffd', '0020000000000001'])] }),
    ]);
    expect(await subject.reader.digests('trace', 0, 1)).to.deep.equal([
      { hour: 0, delivered: 6, filtered: 6, deadLettered: 9, sums: ['ffffffffffffffff', '0020000000000001'] },
    ]);
  });

  subject.test(
    'keeps the digest of a repair apart until it is finished, then replaces that of the hour',
    async (writer) => {
      await writer.commit([
        plan(1, 1_000, 2_000),
        advance(1, 1, { digests: [aDigest(0, 'gone', 'a'), aDigest(1, 'x')] }),
      ]);
      const repair = plan(2, 0, HOUR_MS, 'trace', { purpose: 'repair' });
      await writer.commit([repair, advance(2, 1, { digests: [aDigest(0, 'a')] })]);
      const state = await writer.commit([advance(2, 1, { digests: [aDigest(0, 'new')] })]);
      expect(state.windows[1]?.digest).to.deep.equal(aDigest(0, 'a', 'new'));
      expect(await subject.readElsewhere()).to.deep.equal(state);
      expect(await subject.reader.digests('trace', 0, 1)).to.deep.equal([aDigest(0, 'gone', 'a')]);
      const { windows } = await writer.commit([finish(2)]);
      expect(windows[1]).not.to.have.property('digest');
      const repaired = [aDigest(0, 'a', 'new'), aDigest(1, 'x')];
      expect(await subject.reader.digests('trace', 0, 2 * HOUR_MS)).to.deep.equal(repaired);
    },
  );

  subject.test('empties the hour when a repair found no records', async (writer) => {
    await writer.commit([plan(1, 1_000, 2_000), advance(1, 1, { digests: [aDigest(0, 'gone')] })]);
    await writer.commit([plan(2, 0, HOUR_MS, 'trace', { purpose: 'repair' }), finish(2)]);
    const [digest] = await subject.reader.digests('trace', 0, 1);
    expect(digest ?? aDigest(0)).to.deep.equal({ hour: 0, delivered: 0, filtered: 0, deadLettered: 0, sums: NO_KEYS });
  });

  subject.test('applies digests in the order of the changes of a commit', async (writer) => {
    await writer.commit([
      plan(1, 0, HOUR_MS, 'trace', { purpose: 'repair' }),
      plan(2, 1_000, 2_000),
      advance(2, 1, { digests: [aDigest(0, 'before')] }),
      advance(1, 1, { digests: [aDigest(0, 'repaired')] }),
      finish(1),
      advance(2, 1, { digests: [aDigest(0, 'after')] }),
    ]);
    expect(await subject.reader.digests('trace', 0, 1)).to.deep.equal([aDigest(0, 'repaired', 'after')]);
  });
}
