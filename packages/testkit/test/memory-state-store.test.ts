import { StateError } from '@sluice/core';
import { describeStateStore, manualRuntime, MemoryState, MemoryStateStore } from '@sluice/testkit';
import { expect } from 'chai';

describeStateStore({
  name: 'MemoryStateStore',
  create: async () => {
    const memory = new MemoryState();
    const reopen = async () => new MemoryStateStore({ runtime: manualRuntime() }, memory);
    return { store: await reopen(), reopen, dispose: async () => {} };
  },
});

describe('MemoryStateStore', () => {
  const asIs = (error: unknown) => error;

  it('lets a lease run out by its clock, and refuses the writer that held it', async () => {
    const runtime = manualRuntime({ sleepEndsBy: 'advance' });
    const store = new MemoryStateStore({ runtime, leaseMs: 1000 });
    const first = await store.acquire('p');
    runtime.advance(999);
    expect(await store.acquire('p').catch(asIs)).to.be.instanceOf(StateError);
    await first.renew();
    runtime.advance(1000);
    expect(await first.renew().catch(asIs)).to.be.instanceOf(StateError);
    const second = await store.acquire('p');
    expect(await first.commit([]).catch(asIs)).to.be.instanceOf(StateError);
    await first.release();
    expect((await second.commit([])).revision).to.equal(1);
  });

  it('has a commit fail before and after it takes effect', async () => {
    let failing: 'before' | 'after' | undefined;
    const store = new MemoryStateStore({
      runtime: manualRuntime(),
      onCommit: (phase) => {
        if (phase === failing) throw new StateError('the disk is full');
      },
    });
    const writer = await store.acquire('p');
    failing = 'before';
    expect(await writer.commit([]).catch(asIs)).to.be.instanceOf(StateError);
    expect((await writer.read()).revision).to.equal(0);
    failing = 'after';
    expect(await writer.commit([]).catch(asIs)).to.be.instanceOf(StateError);
    expect((await writer.read()).revision).to.equal(1);
  });
});
