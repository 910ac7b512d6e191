import type { ScheduledPipeline, Scheduler, TickEnd } from '@sluice/core/scheduler';
import { PipelineMonitor, servePipeline } from '@sluice/core/service';
import { EMPTY_STATE } from '@sluice/core/state';
import { MemoryStateStore, recordingLogger } from '@sluice/testkit';
import { expect } from 'chai';
import { HOURLY, runtimeAt } from './a-served-pipeline.js';

/** Ticks once, as a scheduler that several processes share. */
class OneTick implements Scheduler {
  readonly isShared = true;
  end: TickEnd | undefined;

  async run({ tick }: ScheduledPipeline): Promise<void> {
    this.end = await tick(undefined);
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
});
