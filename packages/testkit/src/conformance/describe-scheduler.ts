import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  eventually,
  HOUR_MS,
  oneTurn,
  useScheduler,
  type DescribeSchedulerOptions,
} from './scheduler/scheduler-bench.js';
import { describeJoining } from './scheduler/joining.js';
import { describeSharing } from './scheduler/sharing.js';
import { takeTime } from './take-time.js';

export type { DescribeSchedulerOptions, SchedulerUnderTest } from './scheduler/scheduler-bench.js';

/** The conformance suite for schedulers: the promises of the contract `Scheduler`. `isShared`: among processes too. */
export function describeScheduler(options: DescribeSchedulerOptions & { readonly isShared?: boolean }): void {
  describe(`${options.name} as a scheduler`, function () {
    takeTime(this);
    const bench = useScheduler(options);

    it('ticks at once where nothing was ever served, then at each scheduled time', async () => {
      const { subject, start } = bench();
      const process = start();
      void process.serve();
      for (let hour = 0; hour < 3; hour += 1) {
        (await process.nextTick()).end('done');
        await subject.settle();
        expect(process.ticks).to.have.length(hour + 1);
        await subject.advance(HOUR_MS);
      }
      (await process.nextTick()).end('done');
    });

    it('waits for the next time where everything was served', async () => {
      const { subject, start } = bench();
      const process = start();
      void process.serve({ servedUntil: Date.now() + 24 * HOUR_MS });
      await subject.settle();
      expect(process.ticks).to.deep.equal([]);
    });

    it('ticks once for the times that pass while it ticks, and never twice at the same time', async () => {
      const { subject, start } = bench();
      const process = start();
      void process.serve();
      const long = await process.nextTick();
      await subject.advance(3 * HOUR_MS);
      await subject.settle();
      expect(process.ticks).to.have.length(1);
      long.end('done');
      (await process.nextTick()).end('done');
      await subject.settle();
      expect(process.ticks).to.have.length(2);
    });

    it('goes on with a tick whose turn was over when the pipelines that waited have had theirs', async () => {
      const { subject, start } = bench();
      const process = start();
      const turns = oneTurn();
      void process.serve({ name: 'a', turns });
      const first = await process.nextTick();
      void process.serve({ name: 'b', turns });
      await subject.settle();
      // Another process could have taken it by then.
      await subject.advance(20_000);
      await eventually(() => (first.turnOver?.aborted === true ? true : undefined));
      first.end('interrupted');
      const second = await process.nextTick();
      expect(second.pipeline).to.equal('b');
      second.end('done');
      const third = await process.nextTick();
      expect(third.pipeline).to.equal('a');
      third.end('done');
    });

    it('ticks the branches of a pipeline at the same time', async () => {
      const { start } = bench();
      const process = start();
      const turns = oneTurn();
      void process.serve({ name: 'a.one', pipeline: 'a', turns });
      void process.serve({ name: 'a.two', pipeline: 'a', turns });
      const both = [await process.nextTick(), await process.nextTick()];
      for (const each of both) each.end('done');
    });

    it('ticks a branch at once that comes while another one is ticked', async () => {
      const { start } = bench();
      const process = start();
      const turns = oneTurn();
      void process.serve({ name: 'a.one', pipeline: 'a', turns });
      const first = await process.nextTick();
      void process.serve({ name: 'a.two', pipeline: 'a', turns });
      (await process.nextTick()).end('done');
      first.end('done');
    });

    it('begins no tick after the signal, and ends when the last one has', async () => {
      const { subject, start } = bench();
      const process = start();
      void process.serve();
      (await process.nextTick()).end('done');
      await process.stop();
      await subject.advance(HOUR_MS);
      await subject.settle();
      expect(process.ticks).to.have.length(1);
    });

    it('ends with the error of a tick', async () => {
      const process = bench().start();
      const served = process.serve();
      (await process.nextTick()).fail(new Error('a bug'));
      expect(await served.catch((error: unknown) => error)).to.have.property('message', 'a bug');
    });

    if (options.isShared !== true) {
      it('invites nobody to a tick', async () => {
        const process = bench().start();
        void process.serve({ joins: true });
        const tick = await process.nextTick();
        expect(tick.invite).to.equal(undefined);
        tick.end('done');
      });
      return;
    }
    describe('among processes', () => describeSharing(bench));
    describe('among processes that join each other', () => describeJoining(bench));
  });
}
