import { expect } from 'chai';
import { TransientError } from '#src/contracts/errors.js';
import type { Logger } from '#src/contracts/logger.js';
import type { Runtime } from '#src/contracts/runtime.js';
import { gatedSender } from '#src/engine/delivery/gated-sender.js';
import { SendGate } from '#src/engine/delivery/send-gate.js';

const NEVER = new AbortController().signal;
const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };

/** A clock that only sleeping moves, and what the state knows of a back-off. */
function aWorld() {
  let nowMs = 0;
  let untilMs = 0;
  const runtime: Runtime = {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    random: () => 1,
    sleep: async (ms) => {
      nowMs += ms;
    },
  };
  const asked: number[] = [];
  const shared = {
    get backOffMs() {
      return Math.max(0, untilMs - nowMs);
    },
    backOff: async (ms: number) => {
      asked.push(ms);
      untilMs = Math.max(untilMs, nowMs + ms);
    },
  };
  const aGate = () => new SendGate(runtime, { maxInFlight: 4, maxEventsPerSecond: Infinity, shared });
  return { runtime, asked, aGate };
}

describe('the back-off that several workers share', () => {
  it('closes the gates of the others', async () => {
    const { runtime, aGate } = aWorld();
    const [throttled, other] = [aGate(), aGate()];
    throttled.failed(await throttled.enter(1, NEVER), 30_000);
    await throttled.shareBackOff();
    await other.enter(1, NEVER);
    expect(runtime.monotonicMs()).to.equal(30_000);
  });

  it('is asked for once, however many requests the destination throttles', async () => {
    const { asked, runtime, aGate } = aWorld();
    const gate = aGate();
    const passes = [await gate.enter(1, NEVER), await gate.enter(1, NEVER), await gate.enter(1, NEVER)];
    for (const pass of passes) {
      gate.failed(pass, 30_000);
      await gate.shareBackOff();
      gate.leave();
      await runtime.sleep(100);
    }
    expect(asked).to.deep.equal([30_000]);
    const again = await gate.enter(1, NEVER);
    gate.failed(again, 60_000);
    await gate.shareBackOff();
    expect(asked).to.deep.equal([30_000, 60_000]);
  });

  it('is asked for when the destination has answered, not when a request failed on the way', async () => {
    const outgoing = { request: { events: [] }, events: [], attempt: 1, settle: () => undefined };
    for (const isAnswer of [false, true]) {
      const { asked, runtime, aGate } = aWorld();
      const failing = { send: async () => Promise.reject(new TransientError('not now', { isAnswer })) };
      const context = { runtime, logger: SILENT, observe: () => undefined };
      const sender = gatedSender(failing, aGate(), NEVER, context);
      for (let attempt = 1; attempt <= 3; attempt += 1) await sender.send(outgoing).catch(() => undefined);
      // The first back-off would be over before the others know of it.
      expect(asked).to.deep.equal(isAnswer ? [2000, 4000] : []);
    }
  });

  it('is not asked for when another worker has done so, or when it is over before the others know', async () => {
    const { asked, aGate } = aWorld();
    const [first, second, third] = [aGate(), aGate(), aGate()];
    const passes = [await first.enter(1, NEVER), await second.enter(1, NEVER)] as const;
    first.failed(passes[0], 30_000);
    await first.shareBackOff();
    second.failed(passes[1], 30_000);
    await second.shareBackOff();
    expect(asked).to.deep.equal([30_000]);
    third.failed(await third.enter(1, NEVER));
    await third.shareBackOff();
    expect(asked).to.have.length(1);
  });
});
