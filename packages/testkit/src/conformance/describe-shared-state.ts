import { NO_COUNTS, StateError, StateMovedError, type SharedStateWriter, type StateChange } from '@sluice/core/state';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { describeSharedLimits } from './describe-shared-limits.js';
import { aBinding, advance, aDeadLetter, anAttribution, close, finish, plan, rewind } from './state-changes.js';
import { failureOf, idsOf, PIPELINE, type StateStoreUnderTest } from './state-store/subject.js';
import { takeTime } from './take-time.js';

export interface DescribeSharedStateOptions {
  readonly name: string;
  /** The store has `join`. */
  readonly create: () => Promise<StateStoreUnderTest>;
  /** Makes the lease of one worker of a pipeline expire without its noticing, as if the worker were frozen. */
  readonly expireWorker: (pipeline: string, worker: number) => Promise<void>;
}

const HISTORY = { purpose: 'first-backfill' } as const;
const FOLLOWING = { records: { revisitMs: 10_000 } } as const;
const isMoved = (error: unknown) => error instanceof StateMovedError;
const isRefused = (error: unknown) => error instanceof StateError && !isMoved(error);

/** The conformance suite for state stores that several workers share: the promises of `StateStore.join`. */
export function describeSharedState({ name, create, expireWorker }: DescribeSharedStateOptions): void {
  describe(`${name} shared by several workers`, function () {
    takeTime(this);
    let underTest: StateStoreUnderTest;
    let joined: { release(): Promise<void> }[];
    beforeEach(async () => {
      underTest = await create();
      joined = [];
    });
    afterEach(async () => {
      for (const writer of joined) await writer.release();
      await underTest.dispose();
    });

    async function join(): Promise<SharedStateWriter> {
      const store = await underTest.reopen();
      if (store.join === undefined) throw new Error('the store has no join');
      const writer = await store.join(PIPELINE);
      joined.push(writer);
      return writer;
    }

    async function acquire() {
      const writer = await (await underTest.reopen()).acquire(PIPELINE);
      joined.push(writer);
      return writer;
    }

    const planned = ({ worker }: SharedStateWriter, id: number, from: number, options: object = HISTORY): StateChange =>
      plan(id, from, from + 1_000, 'trace', { ...options, claim: worker });
    const advanced = (writer: SharedStateWriter, id: number, count: number) =>
      advance(id, count, { worker: writer.worker });
    const finished = ({ worker }: SharedStateWriter, id: number): StateChange => finish(id, { worker });
    const claim = ({ worker }: SharedStateWriter, id: number): StateChange => ({ type: 'claim', id, worker });

    it('gives every worker another number, and shows each the commits of the others', async () => {
      const [a, b] = [await join(), await join()];
      expect(a.worker).to.not.equal(b.worker);
      await a.commit([planned(a, 1, 0)]);
      expect(await b.read()).to.include({ revision: 0 });
      expect(await b.refresh()).to.deep.equal(await a.read());
      const state = await b.commit([planned(b, 2, 1_000)]);
      expect(state).to.include({ revision: 2, nextWindowId: 3 });
      expect(state.windows.map((each) => each.claim)).to.deep.equal([a.worker, b.worker]);
      expect(await a.refresh()).to.deep.equal(state);
      const alive = [a.isAlive(b.worker), b.isAlive(a.worker), a.isAlive(a.worker), a.isAlive(99)];
      expect(alive).to.deep.equal([true, true, true, false]);
    });

    it('never uses the number of a worker again', async () => {
      const numbers = new Set<number>();
      for (const _ of [1, 2, 3]) {
        const writer = await join();
        numbers.add(writer.worker);
        await writer.release();
      }
      expect(numbers.size).to.equal(3);
    });

    it('keeps all commits of workers that commit at the same time', async () => {
      const writers = await Promise.all([1, 2, 3].map(join));
      for (const [index, writer] of writers.entries()) {
        await writer.commit([planned(writer, index + 1, index * 1_000)]);
      }
      const numbers = [1, 2, 3, 4];
      await Promise.all(
        writers.flatMap((writer, index) => numbers.map(() => writer.commit([advanced(writer, index + 1, 1)]))),
      );
      const state = await writers[0]?.refresh();
      expect(state?.revision).to.equal(15);
      expect(state?.totals['trace']?.accepted).to.equal(12);
    });

    it('plans a window once, however many workers plan it at the same time', async () => {
      const writers = await Promise.all([1, 2, 3].map(join));
      const plans = await Promise.allSettled(writers.map((writer) => writer.commit([planned(writer, 1, 0)])));
      expect(plans.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
      for (const result of plans) if (result.status === 'rejected') expect(result.reason).to.satisfy(isMoved);
    });

    it('gives an open window to one of the workers that claim it at the same time', async () => {
      const whole = await acquire();
      await whole.commit([plan(1, 0, 1_000, 'trace', HISTORY), advance(1, 2, { cursor: 'c' })]);
      await whole.release();
      const writers = await Promise.all([1, 2, 3].map(join));
      const claims = await Promise.allSettled(writers.map((writer) => writer.commit([claim(writer, 1)])));
      expect(claims.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
      for (const result of claims) if (result.status === 'rejected') expect(result.reason).to.satisfy(isMoved);
      const winner = writers[claims.findIndex(({ status }) => status === 'fulfilled')];
      const [window] = (await writers[0]?.refresh())?.windows ?? [];
      expect(window).to.include({ claim: winner?.worker, cursor: 'c' });
    });

    it('refuses to advance or finish a window of another worker, and takes the next commit', async () => {
      const [a, b] = [await join(), await join()];
      await a.commit([planned(a, 1, 0)]);
      for (const change of [advanced(b, 1, 1), finished(b, 1), advanced(a, 1, 1), advance(1, 1), finish(1)]) {
        expect(await failureOf(b.commit([change]))).to.satisfy(isRefused);
      }
      expect((await b.commit([planned(b, 2, 1_000)])).revision).to.equal(2);
      const done = await a.commit([advanced(a, 1, 1), finished(a, 1)]);
      expect(done.windows[0]).to.include({ status: 'done' }).and.not.have.property('claim');
    });

    it('has windows of following one at a time, after the first backfill', async () => {
      const [a, b] = [await join(), await join()];
      await a.commit([planned(a, 1, 0)]);
      expect(await failureOf(b.commit([planned(b, 2, 1_000, {})]))).to.satisfy(isMoved);
      expect(await failureOf(b.commit([{ type: 'backfilled', stream: 'trace' }]))).to.satisfy(isMoved);
      await a.commit([finished(a, 1), { type: 'backfilled', stream: 'trace' }]);
      await a.commit([planned(a, 2, 1_000, FOLLOWING)]);
      expect(await failureOf(b.commit([planned(b, 3, 2_000, FOLLOWING)]))).to.satisfy(isMoved);
      expect(await failureOf(b.commit([planned(b, 3, 2_000)]))).to.satisfy(isMoved);
      await a.commit([finished(a, 2)]);
      expect(await failureOf(b.commit([planned(b, 3, 1_500, FOLLOWING)]))).to.satisfy(isMoved);
      expect((await b.commit([planned(b, 3, 2_000, FOLLOWING)])).revision).to.equal(5);
    });

    it('has the slices of a window of following side by side, and the next window after them', async () => {
      const [a, b] = [await join(), await join()];
      await a.commit([{ type: 'backfilled', stream: 'trace' }]);
      const older = { ...FOLLOWING.records, olderOnly: true } as const;
      const slices = [
        plan(1, 0, 1_000, 'trace', { claim: a.worker, records: older }),
        plan(2, 0, 500),
        plan(3, 500, 1_000),
      ];
      await a.commit(slices);
      await b.refresh();
      await b.commit([claim(b, 3)]);
      expect(await failureOf(a.commit([claim(a, 3)]))).to.satisfy(isMoved);
      await a.commit([advanced(a, 1, 1), finished(a, 1), claim(a, 2)]);
      await b.commit([advanced(b, 3, 1), finished(b, 3)]);
      expect(await failureOf(b.commit([planned(b, 4, 1_000, FOLLOWING)]))).to.satisfy(isMoved);
      const done = await a.commit([advanced(a, 2, 1), finished(a, 2)]);
      const window = { stream: 'trace', axis: 'change', from: 0, until: 1_000, ...FOLLOWING.records };
      expect(done.windows.map((each) => each.window)).to.deep.equal([window]);
      expect(await b.refresh()).to.deep.equal(done);
      await b.commit([planned(b, 4, 1_000, FOLLOWING)]);
    });

    it('refuses a plan and a claim for another worker', async () => {
      const [a, b] = [await join(), await join()];
      expect(await failureOf(a.commit([planned(b, 1, 0)]))).to.satisfy(isRefused);
      expect(await failureOf(a.commit([plan(1, 0, 1_000, 'trace', HISTORY)]))).to.satisfy(isRefused);
      await a.commit([planned(a, 1, 0)]);
      expect(await failureOf(a.commit([claim(b, 1)]))).to.satisfy(isRefused);
    });

    it('refuses changes that need the whole pipeline', async () => {
      const a = await join();
      await a.commit([{ type: 'bind', binding: aBinding }]);
      const { source, start } = aBinding;
      const accept: StateChange = { type: 'accept', source, start, sink: source, attribution: anAttribution };
      for (const change of [rewind('start'), accept, close(['x'])]) {
        expect(await failureOf(a.commit([change]))).to.satisfy(isRefused);
      }
    });

    it('refuses to bind again while another worker works, and a commit for another revision', async () => {
      const [a, b] = [await join(), await join()];
      await a.commit([{ type: 'bind', binding: aBinding }, planned(a, 1, 0)]);
      expect(await failureOf(b.commit([{ type: 'bind', binding: aBinding }]))).to.satisfy(isMoved);
      expect(await failureOf(b.commit([planned(b, 2, 1_000)], { expectedRevision: 0 }))).to.satisfy(isMoved);
      expect((await b.commit([planned(b, 2, 1_000)], { expectedRevision: 1 })).revision).to.equal(2);
    });

    it('gives the whole pipeline to nobody while a worker lives, and takes no worker meanwhile', async () => {
      const [a, b] = [await join(), await join()];
      const refused = await failureOf(acquire());
      expect(String(refused)).to.include(String(process.pid)).and.include('1 other worker');
      expect(refused).to.satisfy(isRefused);
      await a.release();
      expect(await failureOf(acquire())).to.satisfy(isRefused);
      await b.release();
      const whole = await acquire();
      expect(await failureOf(join())).to.satisfy(isRefused);
      await whole.release();
      await join();
    });

    it('tells who shares the pipeline', async () => {
      const reader = underTest.store.reader(PIPELINE);
      const a = await join();
      expect(await reader.holder()).to.include({ pid: process.pid, others: 0 });
      const b = await join();
      expect(await reader.holder()).to.include({ pid: process.pid, others: 1 });
      await a.release();
      await b.release();
      expect(await reader.holder()).to.equal(undefined);
    });

    it('takes the windows of the dead as they are under the lease of the whole pipeline', async () => {
      const a = await join();
      await a.commit([planned(a, 1, 0), advanced(a, 1, 2)]);
      await a.release();
      const state = await (await acquire()).commit([advance(1, 1), finish(1)]);
      expect(state.windows[0]).to.include({ status: 'done' }).and.not.have.property('claim');
      expect(state.totals['trace']?.accepted).to.equal(3);
    });

    it('gives the window of a worker that was released to another, with its cursor', async () => {
      const [a, b] = [await join(), await join()];
      await a.commit([planned(a, 1, 0), advance(1, 2, { cursor: 'here', worker: a.worker })]);
      expect(await failureOf(b.commit([claim(b, 1)]))).to.satisfy(isMoved);
      await a.release();
      const { windows } = await b.commit([claim(b, 1)]);
      expect(windows[0]).to.include({ claim: b.worker, cursor: 'here' });
    });

    it('refuses everything of a worker whose lease has expired, also before somebody took its window', async () => {
      const [frozen, other] = [await join(), await join()];
      await frozen.commit([planned(frozen, 1, 0)]);
      await expireWorker(PIPELINE, frozen.worker);
      const late = advance(1, 0, { worker: frozen.worker, deadLetters: [aDeadLetter('late')] });
      expect(await failureOf(frozen.commit([late]))).to.satisfy(isRefused);
      await other.refresh();
      expect(other.isAlive(frozen.worker)).to.equal(false);
      expect((await other.commit([claim(other, 1)])).windows[0]).to.include({ claim: other.worker });
      expect(await failureOf(frozen.renew())).to.be.instanceOf(StateError);
      expect(await idsOf(other)).to.deep.equal([]);
      expect((await other.refresh()).totals).to.deep.equal({});
    });

    it('does not revive a lease that has expired', async () => {
      const [frozen, other] = [await join(), await join()];
      await frozen.commit([planned(frozen, 1, 0)]);
      await expireWorker(PIPELINE, frozen.worker);
      expect(await failureOf(frozen.renew())).to.satisfy(isRefused);
      await other.commit([claim(other, 1)]);
      await frozen.release();
      const counts = { ...NO_COUNTS, read: 1, filtered: 1 };
      const change = advance(1, 0, { counts, worker: other.worker });
      expect((await other.commit([change])).totals['trace']?.filtered).to.equal(1);
    });

    it('gives the whole pipeline to whoever asks when every worker has expired, and to no worker then', async () => {
      const frozen = await join();
      await frozen.commit([planned(frozen, 1, 0)]);
      await expireWorker(PIPELINE, frozen.worker);
      const whole = await acquire();
      expect(await failureOf(frozen.commit([advanced(frozen, 1, 1)]))).to.satisfy(isRefused);
      expect((await whole.commit([advance(1, 1)])).revision).to.equal(2);
    });

    describeSharedLimits({ join, expireWorker });
  });
}
