import { expect } from 'chai';
import type { Runtime } from '#src/contracts/runtime.js';
import { SendGate } from '#src/engine/delivery/send-gate.js';

const NEVER = new AbortController().signal;

/** A clock that goes on to the next sleeper when nothing else is left to do. */
function manualRuntime(): Runtime {
  let nowMs = 0;
  const sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  const wakeNext = (): void => {
    const next = sleepers.toSorted((a, b) => a.atMs - b.atMs)[0];
    if (next === undefined) return;
    sleepers.splice(sleepers.indexOf(next), 1);
    nowMs = Math.max(nowMs, next.atMs);
    next.wake();
  };
  return {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    random: () => 0,
    sleep: (ms) =>
      new Promise((resolve) => {
        sleepers.push({ atMs: nowMs + ms, wake: resolve });
        setImmediate(wakeNext);
      }),
  };
}

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
