import type { ScheduledPipeline, Scheduler, TickEnd } from '@sluice/core/scheduler';
import { PipelineMonitor, servePipeline } from '@sluice/core/service';
import { EMPTY_STATE, type StateWriter } from '@sluice/core/state';
import { MemoryStateStore, recordingLogger } from '@sluice/testkit';
import { expect } from 'chai';
import { aServedPipeline, HOUR, HOURLY, runtimeAt } from './a-served-pipeline.js';

/** Ticks once, as a scheduler that several processes share. */
class OneTick implements Scheduler {
  readonly isShared = true;
  end: TickEnd | undefined;

  async run({ tick }: ScheduledPipeline): Promise<void> {
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
  it('is not run while another process has its state, which is no trouble', async () => {
    const runtime = runtimeAt('2026-03-02T00:00:00Z');
    const store = new MemoryStateStore();
    const writer = await store.acquire('p');
    const config = { name: 'p', schedule: HOURLY, settleMs: 0, mapper: { streams: [], events: [], hash: 'h' } };
    const monitor = new PipelineMonitor(config, runtime);
    const logger = recordingLogger();
    const scheduler = new OneTick();
    const compose = () => {
      throw new Error('not to be run');
    };
    await servePipeline(
      { config, state: store.reader('p'), compose },
      { runtime, logger, scheduler },
      { signal: new AbortController().signal, monitor },
    );
    expect(scheduler.end).to.equal('held');
    expect(monitor.trouble).to.equal(undefined);
    expect(logger.lines.map(({ message }) => message)).to.deep.equal([
      'another process has the state; trying again until it is free',
    ]);
    expect(await writer.read()).to.deep.equal(EMPTY_STATE);
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
