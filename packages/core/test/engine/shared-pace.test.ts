import { manualRuntime } from '@sluice/testkit';
import { expect } from 'chai';
import { SendGate } from '#src/engine/delivery/send-gate.js';

const NEVER = new AbortController().signal;

describe('the gate of one of several workers', () => {
  it('waits for a Retry-After that comes while the shared pace is asked', async () => {
    const runtime = manualRuntime();
    const pace = async () => {
      await runtime.sleep(100);
      return 0;
    };
    const gate = new SendGate(runtime, { maxInFlight: 2, maxEventsPerSecond: 1000, pace });
    const first = await gate.enter(1, NEVER);
    const second = gate.enter(1, NEVER);
    await runtime.sleep(50);
    gate.failed(first, 60_000);
    gate.leave();
    const failedMs = runtime.monotonicMs();
    const { enteredMs } = await second;
    expect(enteredMs - failedMs).to.be.at.least(60_000);
  });

  it('keeps to a limit that is halved while the shared pace is asked', async () => {
    const runtime = manualRuntime();
    const pace = async () => {
      await runtime.sleep(100);
      return 0;
    };
    const gate = new SendGate(runtime, { maxInFlight: 2, maxEventsPerSecond: 1000, pace });
    const passes = [await gate.enter(1, NEVER)];
    const second = gate.enter(1, NEVER).then((pass) => passes.push(pass));
    await runtime.sleep(50);
    // The first one is still under way, but no other may be beside it.
    gate.failed(passes[0] ?? { enteredMs: 0 });
    await runtime.sleep(600_000);
    expect(passes).to.have.length(1);
    gate.leave();
    await second;
    expect(passes).to.have.length(2);
  });
});
