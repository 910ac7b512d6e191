import { StateError } from '@sluice/core/state';
import { describeSharedState, describeStateStore, manualRuntime, MemoryState, MemoryStateStore } from '@sluice/testkit';
import { expect } from 'chai';

const clock = manualRuntime();
const LEASE_MS = 1000;

describeStateStore({
  name: 'MemoryStateStore',
  create: async () => {
    const memory = new MemoryState();
    const reopen = async () => new MemoryStateStore({ runtime: clock, leaseMs: LEASE_MS }, memory);
    return { store: await reopen(), reopen, dispose: async () => {} };
  },
  expireLease: async () => clock.advance(LEASE_MS),
});

describe('MemoryStateStore', () => {
  let memory: MemoryState;
  describeSharedState({
    name: 'MemoryStateStore',
    create: async () => {
      memory = new MemoryState();
      const reopen = async () => new MemoryStateStore({ runtime: clock, leaseMs: LEASE_MS, isShared: true }, memory);
      return { store: await reopen(), reopen, dispose: async () => {} };
    },
    expireWorker: async (pipeline, worker) => memory.expireWorker(pipeline, worker),
  });

  const asIs = (error: unknown) => error;

  it('lets a lease expire by its clock, and refuses the writer that held it', async () => {
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
});
