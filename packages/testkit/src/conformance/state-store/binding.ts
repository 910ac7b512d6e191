import { StateError } from '@sluice/core/state';
import { expect } from 'chai';
import {
  aBinding,
  aDeadLetter,
  aDigest,
  advance,
  anAttribution,
  aSink,
  countsOf,
  finish,
  plan,
} from '../state-changes.js';
import { failureOf, idsOf, type StateStoreSubject } from './subject.js';

export function describeBinding(subject: StateStoreSubject): void {
  subject.test('stores the binding', async (writer) => {
    const binding = { ...aBinding, eventFrom: 17 };
    const state = await writer.commit([
      { type: 'bind', binding },
      { type: 'bind-sink', sink: aSink },
    ]);
    expect(state.binding).to.deep.equal({ ...binding, sink: aSink });
    expect(await subject.readElsewhere()).to.deep.equal(state);
  });

  subject.test('refuses a sink before a source, and a second sink', async (writer) => {
    const sink = { description: 'another sink', fingerprint: 'sink 2' };
    expect(await failureOf(writer.commit([{ type: 'bind-sink', sink }]))).to.be.instanceOf(StateError);
    await writer.commit([
      { type: 'bind', binding: aBinding },
      { type: 'bind-sink', sink: aSink },
    ]);
    expect(await failureOf(writer.commit([{ type: 'bind-sink', sink }]))).to.be.instanceOf(StateError);
  });

  subject.test(
    'removes windows, digests and dead letters when a binding is replaced before anything was accepted',
    async (writer) => {
      await writer.commit([
        { type: 'bind', binding: aBinding },
        plan(1, 1_000, 2_000),
        advance(1, 0, { deadLetters: [aDeadLetter('1-1')], digests: [aDigest(0, 'a')] }),
        finish(1),
        { type: 'backfilled', stream: 'trace' },
      ]);
      const binding = { ...aBinding, handover: 3_000 };
      const state = await writer.commit([{ type: 'bind', binding }]);
      expect(state).to.deep.include({ binding, windows: [], backfilled: [], openDeadLetters: 0, nextWindowId: 2 });
      expect(await idsOf(subject.reader)).to.deep.equal([]);
      expect(await subject.reader.digests('trace', 0, 1)).to.deep.equal([]);
    },
  );

  subject.test('accepts another source, start and sink, and keeps the windows and the handover', async (writer) => {
    const accept = {
      type: 'accept',
      source: { description: 'the moved source', fingerprint: 'source 2' },
      start: '2026-01-01',
      sink: { description: 'the new sink', fingerprint: 'sink 2' },
      attribution: anAttribution,
    } as const;
    expect(await failureOf(writer.commit([accept]))).to.be.instanceOf(StateError);
    await writer.commit([
      { type: 'bind', binding: aBinding },
      { type: 'bind-sink', sink: aSink },
      plan(1, 1_000, 2_000),
      advance(1, 2, { digests: [aDigest(0, 'a')] }),
    ]);
    const state = await writer.commit([accept]);
    const { source, start, sink } = accept;
    expect(state.binding).to.deep.equal({ source, start, sink, handover: aBinding.handover });
    expect(state.windows[0]?.segments[0]?.counts).to.deep.equal(countsOf(2));
    expect(state.history).to.deep.equal([
      { ...anAttribution, what: 'accept', detail: 'source the moved source, start 2026-01-01, sink the new sink' },
    ]);
    expect(await subject.reader.digests('trace', 0, 1)).to.deep.equal([aDigest(0, 'a')]);
    expect(await subject.readElsewhere()).to.deep.equal(state);
  });
}
