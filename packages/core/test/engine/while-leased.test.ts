import { expect } from 'chai';
import { TransientError } from '#src/contracts/errors.js';
import { whileLeased } from '#src/engine/delivery/while-leased.js';

/** Sleepers wait until the test lets time pass. */
function aManualClock() {
  let nowMs = 0;
  let wake: (() => void) | undefined;
  return {
    now: () => nowMs,
    sleep: (_: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        wake = resolve;
        signal?.addEventListener('abort', () => {
          wake = undefined;
          reject(new Error('not needed any more'));
        });
      }),
    async pass(ms: number) {
      nowMs += ms;
      wake?.();
      await Promise.resolve();
    },
    get isWatched() {
      return wake !== undefined;
    },
  };
}

/** A request without an answer. Rejects with the reason for which it is cut. */
const unanswered = ({ signal }: { readonly signal?: AbortSignal }) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('aborted')));
  });

describe('a request that is on its way', () => {
  it('is cut when the lease ends, as a failure that passes', async () => {
    const clock = aManualClock();
    const failed = whileLeased(() => 10_000, clock, unanswered).catch((error: unknown) => error);
    await clock.pass(10_000);
    expect(await failed)
      .to.be.instanceOf(TransientError)
      .and.include({ isAnswer: false });
  });

  it('goes on when the lease is extended meanwhile', async () => {
    const clock = aManualClock();
    let leaseExpiresAt = 10_000;
    let isCut = false;
    let answer: (text: string) => void = () => undefined;
    const answered = whileLeased(
      () => leaseExpiresAt,
      clock,
      ({ signal }) =>
        new Promise<string>((resolve) => {
          signal?.addEventListener('abort', () => (isCut = true));
          answer = resolve;
        }),
    );
    leaseExpiresAt = 20_000;
    await clock.pass(10_000);
    answer('taken');
    expect([await answered, isCut]).to.deep.equal(['taken', false]);
    expect(clock.isWatched).to.equal(false);
  });

  it('is not watched where the lease ends with the process', async () => {
    const clock = aManualClock();
    const options = await whileLeased(
      () => Infinity,
      clock,
      async (given) => given,
    );
    expect([options, clock.isWatched]).to.deep.equal([{}, false]);
  });
});
