import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  EMPTY_STATE,
  StateError,
  type DeadLetter,
  type StateReader,
  type StateStore,
  type StateWriter,
} from '@sluice/core';
import { aBinding, aDeadLetter, advance, countsOf, finish, plan } from './state-changes.js';

/** An empty store, made anew for every test. */
export interface StateStoreUnderTest {
  readonly store: StateStore;
  /** Another store over the same state, as another process would have it. */
  reopen(): Promise<StateStore>;
  dispose(): Promise<void>;
}

export interface DescribeStateStoreOptions {
  readonly name: string;
  create(): Promise<StateStoreUnderTest>;
}

const PIPELINE = 'pipeline-1';

/** The promises of the contract `StateStore` that every state store keeps. */
export function describeStateStore(options: DescribeStateStoreOptions): void {
  describe(`${options.name} keeps the promises of a state store`, () => {
    let subject: StateStoreUnderTest;
    let store: StateStore;
    let held: StateWriter[];

    beforeEach(async () => {
      subject = await options.create();
      store = subject.store;
      held = [];
    });

    afterEach(async () => {
      await Promise.all(held.map((writer) => writer.release()));
      await subject.dispose();
    });

    async function acquire(from: StateStore = store, pipeline = PIPELINE): Promise<StateWriter> {
      const writer = await from.acquire(pipeline);
      held.push(writer);
      return writer;
    }

    async function release(writer: StateWriter): Promise<void> {
      held = held.filter((other) => other !== writer);
      await writer.release();
    }

    describe('as a place to read', () => {
      it('reads a pipeline that never ran as empty', async () => {
        expect(await store.reader('never-ran').read()).to.deep.equal(EMPTY_STATE);
        expect(await lettersOf(store.reader('never-ran'))).to.deep.equal([]);
      });

      it('shows a reader what was committed, while the writer goes on', async () => {
        const writer = await acquire();
        const state = await writer.commit([{ type: 'bind', binding: aBinding }, plan(1, 1_000, 2_000)]);
        expect(await store.reader(PIPELINE).read()).to.deep.equal(state);
        expect(await (await subject.reopen()).reader(PIPELINE).read()).to.deep.equal(state);
      });

      it('has the same state after it was opened again', async () => {
        const writer = await acquire();
        const state = await writer.commit([
          { type: 'bind', binding: aBinding },
          plan(1, 1_000, 2_000),
          advance(1, 3, { cursor: 'c3', deadLetters: [aDeadLetter('1-1')] }),
        ]);
        await release(writer);
        const again = await acquire(await subject.reopen());
        expect(await again.read()).to.deep.equal(state);
        expect(await lettersOf(again)).to.deep.equal([aDeadLetter('1-1')]);
      });

      it('keeps pipelines apart', async () => {
        const first = await acquire();
        const second = await acquire(store, 'pipeline-2');
        await first.commit([{ type: 'bind', binding: aBinding }]);
        expect(await second.read()).to.deep.equal(EMPTY_STATE);
      });
    });

    describe('as a lease', () => {
      it('refuses a second writer and names the holder', async () => {
        await acquire();
        const refused = await acquire(await subject.reopen()).catch(asIs);
        expect(refused).to.be.instanceOf(StateError);
        expect(String(refused)).to.include(String(process.pid));
      });

      it('lets the next writer in after a release', async () => {
        await release(await acquire());
        const writer = await acquire(await subject.reopen());
        expect((await writer.commit([plan(1, 1_000, 2_000)])).windows).to.have.lengthOf(1);
      });

      it('is held for a time to come', async () => {
        expect((await acquire()).heldUntil).to.be.greaterThan(0);
      });

      it('refuses a commit after the release', async () => {
        const writer = await acquire();
        await release(writer);
        expect(await writer.commit([plan(1, 1_000, 2_000)]).catch(asIs)).to.be.instanceOf(StateError);
        expect(await store.reader(PIPELINE).read()).to.deep.equal(EMPTY_STATE);
      });
    });

    describe('as a ledger', () => {
      it('grows its revision by one with every commit', async () => {
        const writer = await acquire();
        expect((await writer.commit([plan(1, 1_000, 2_000)])).revision).to.equal(1);
        expect((await writer.commit([advance(1, 1), advance(1, 1)])).revision).to.equal(2);
      });

      it('refuses a commit that expects another revision, and changes nothing', async () => {
        const writer = await acquire();
        const state = await writer.commit([plan(1, 1_000, 2_000)]);
        const refused = await writer.commit([plan(2, 2_000, 3_000)], { expectedRevision: 0 }).catch(asIs);
        expect(refused).to.be.instanceOf(StateError);
        expect(await writer.read()).to.deep.equal(state);
      });

      it('takes a commit that expects the revision it has', async () => {
        const writer = await acquire();
        await writer.commit([plan(1, 1_000, 2_000)], { expectedRevision: 0 });
        expect((await writer.commit([finish(1)], { expectedRevision: 1 })).revision).to.equal(2);
      });

      it('does a commit whole or not at all', async () => {
        const writer = await acquire();
        const state = await writer.commit([plan(1, 1_000, 2_000)]);
        const failed = await writer.commit([advance(1, 1), advance(99, 1)]).catch(asIs);
        expect(failed).to.be.instanceOf(Error);
        expect(await store.reader(PIPELINE).read()).to.deep.equal(state);
      });

      it('remembers what it is bound to', async () => {
        const writer = await acquire();
        const sink = { description: 'a sink', fingerprint: 'sink 1' };
        const state = await writer.commit([
          { type: 'bind', binding: aBinding },
          { type: 'bind-sink', sink },
        ]);
        expect(state.binding).to.deep.equal({ ...aBinding, sink });
      });

      it('discards the windows of a binding that is replaced', async () => {
        const writer = await acquire();
        await writer.commit([{ type: 'bind', binding: aBinding }, plan(1, 1_000, 2_000)]);
        const state = await writer.commit([{ type: 'bind', binding: { ...aBinding, handover: 3_000 } }]);
        expect(state.windows).to.deep.equal([]);
        expect(state.binding?.handover).to.equal(3_000);
      });

      it('opens a planned window and counts its number as used', async () => {
        const state = await (await acquire()).commit([plan(1, 1_000, 2_000)]);
        expect(state.windows.map(({ id, status, plannedAt }) => ({ id, status, plannedAt }))).to.deep.equal([
          { id: 1, status: 'open', plannedAt: 5_000 },
        ]);
        expect(state.nextWindowId).to.equal(2);
      });

      it('adds the counts of each advance and keeps the last cursor', async () => {
        const writer = await acquire();
        await writer.commit([plan(1, 1_000, 2_000), advance(1, 2, { cursor: 'c2' })]);
        const { windows } = await writer.commit([advance(1, 3, { cursor: 'c5' })]);
        expect(windows[0]?.cursor).to.equal('c5');
        expect(windows[0]?.segments).to.deep.equal([{ mapping: 'mapping-1', counts: countsOf(5) }]);
      });

      it('keeps what was done under each mapping apart', async () => {
        const writer = await acquire();
        const { windows } = await writer.commit([
          plan(1, 1_000, 2_000),
          advance(1, 2),
          advance(1, 3, { mapping: 'mapping-2' }),
        ]);
        expect(windows[0]?.segments).to.deep.equal([
          { mapping: 'mapping-1', counts: countsOf(2) },
          { mapping: 'mapping-2', counts: countsOf(3) },
        ]);
      });

      it('merges finished neighbours under the older number, with the sum of their counts', async () => {
        const writer = await acquire();
        await writer.commit([plan(1, 1_000, 2_000), advance(1, 2), finish(1)]);
        const { windows, nextWindowId } = await writer.commit([plan(2, 2_000, 3_000), advance(2, 3), finish(2)]);
        expect(windows).to.have.lengthOf(1);
        expect(windows[0]).to.deep.include({ id: 1, status: 'done' });
        expect(windows[0]?.window).to.deep.include({ from: 1_000, until: 3_000 });
        expect(windows[0]?.segments).to.deep.equal([{ mapping: 'mapping-1', counts: countsOf(5) }]);
        expect(nextWindowId).to.equal(3);
      });

      it('does not merge across a gap, a stream, a mapping or an open window', async () => {
        const writer = await acquire();
        const { windows } = await writer.commit([
          plan(1, 1_000, 2_000),
          advance(1, 1),
          finish(1),
          plan(2, 2_500, 3_000),
          advance(2, 1),
          finish(2),
          plan(3, 2_000, 3_000, 'score'),
          advance(3, 1),
          finish(3),
          plan(4, 3_000, 4_000),
          advance(4, 1, { mapping: 'mapping-2' }),
          finish(4),
          plan(5, 4_000, 5_000),
        ]);
        expect(windows.map(({ id }) => id)).to.deep.equal([1, 2, 3, 4, 5]);
      });

      it('names a stream as backfilled once', async () => {
        const writer = await acquire();
        await writer.commit([{ type: 'backfilled', stream: 'trace' }]);
        expect((await writer.commit([{ type: 'backfilled', stream: 'trace' }])).backfilled).to.deep.equal(['trace']);
      });

      it('pauses and resumes', async () => {
        const writer = await acquire();
        const pause = { cause: 'quota', message: 'used up', since: 5_000 } as const;
        expect((await writer.commit([{ type: 'pause', pause }])).pause).to.deep.equal(pause);
        expect((await writer.commit([{ type: 'resume' }])).pause).to.equal(undefined);
      });

      it('keeps dead letters whole, oldest first, and counts them', async () => {
        const writer = await acquire();
        await writer.commit([plan(1, 1_000, 2_000), advance(1, 0, { deadLetters: [aDeadLetter('1-1')] })]);
        const state = await writer.commit([advance(1, 0, { deadLetters: [aDeadLetter('1-2'), aDeadLetter('1-3')] })]);
        expect(state.openDeadLetters).to.equal(3);
        expect(await lettersOf(store.reader(PIPELINE))).to.deep.equal(['1-1', '1-2', '1-3'].map(aDeadLetter));
      });
    });
  });
}

async function lettersOf(reader: StateReader): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for await (const letter of reader.deadLetters()) letters.push(letter);
  return letters;
}

function asIs(error: unknown): unknown {
  return error;
}
