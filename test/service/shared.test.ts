import type { ScheduledPipeline, Scheduler, TickEnd } from '@sluice/core/scheduler';
import { PipelineMonitor, servePipeline } from '@sluice/core/service';
import { EMPTY_STATE, StateError, type StateStore, type StateWriter } from '@sluice/core/state';
import { MemoryStateStore, recordingLogger } from '@sluice/testkit';
import { expect } from 'chai';
import { aServedPipeline, HOUR, HOURLY, runtimeAt } from './a-served-pipeline.js';

/** Ticks once, as a scheduler that several processes share. */
class OneTick implements Scheduler {
  readonly isShared = true;
  end: TickEnd | undefined;
  canJoin = false;

  async run({ tick, join }: ScheduledPipeline): Promise<void> {
    this.canJoin = join !== undefined;
    this.end = await tick(undefined);
  }
}

/** Another process is first whenever the state is taken. */
class LateStore extends MemoryStateStore {
  override async acquire(pipeline: string): Promise<StateWriter> {
    await super.acquire(pipeline);
    return super.acquire(pipeline);
  }
}

describe('a pipeline that several processes share', () => {
  /** A tick while another process has joined the state, or has all of it. */
  async function tickBeside(store: StateStore) {
    const runtime = runtimeAt('2026-03-02T00:00:00Z');
    const config = { name: 'p', schedule: HOURLY, settleMs: 0, mapper: { streams: [], events: [], hash: 'h' } };
    const monitor = new PipelineMonitor(config, runtime);
    const logger = recordingLogger();
    const scheduler = new OneTick();
    let runs = 0;
    const compose = () => {
      runs += 1;
      throw new StateError('the run has begun');
    };
    await servePipeline(
      { config, state: store.reader('p'), isShared: store.join !== undefined, compose },
      { runtime, logger, scheduler },
      { signal: new AbortController().signal, monitor },
    );
    return { scheduler, monitor, logger, runs };
  }

  it('is not run while another process has its state, which is no trouble', async () => {
    for (const isShared of [false, true]) {
      const store = new MemoryStateStore({ isShared });
      const writer = await store.acquire('p');
      const { scheduler, monitor, logger, runs } = await tickBeside(store);
      expect([scheduler.end, runs, monitor.trouble]).to.deep.equal(['held', 0, undefined]);
      expect(logger.lines.map(({ message }) => message)).to.deep.equal([
        'another process has the state; trying again until it is free',
      ]);
      expect(await writer.read()).to.deep.equal(EMPTY_STATE);
    }
  });

  it('is run beside workers that share its state, where the pipeline shares it too', async () => {
    const store = new MemoryStateStore({ isShared: true });
    await store.join?.('p');
    const { scheduler, runs } = await tickBeside(store);
    expect([scheduler.end, runs, scheduler.canJoin]).to.deep.equal(['done', 1, true]);
  });

  it('is tried again soon when another process takes its state at the same moment', async () => {
    const scheduler = new OneTick();
    const runtime = runtimeAt('2026-03-02T00:00:00Z');
    const { serve, runs } = aServedPipeline({ runtime, scheduler, state: new LateStore() });
    await serve(runtime.now() + HOUR);
    expect(runs).to.have.length(1);
    expect(scheduler.end).to.equal('held');
  });
});
