import { manualRuntime } from '@sluice/testkit';
import { expect } from 'chai';
import { PosthogClock } from '#src/posthog-clock.js';

const HOUR_MS = 3_600_000;

describe('the clock of PostHog', () => {
  const startAt = Date.UTC(2026, 0, 15, 12);

  function clockAfter(date: number, age?: string) {
    const runtime = manualRuntime({ startAt });
    const clock = new PosthogClock(runtime);
    clock.note(new Date(date).toUTCString(), age);
    return { clock, runtime };
  }

  it('is how far it is ahead of another, from an hour on', () => {
    expect(clockAfter(startAt + 72 * HOUR_MS).clock.aheadOfMs(startAt)).to.equal(72 * HOUR_MS);
    expect(clockAfter(startAt - 72 * HOUR_MS).clock.aheadOfMs(startAt)).to.equal(-72 * HOUR_MS);
    expect(clockAfter(startAt + HOUR_MS).clock.aheadOfMs(startAt)).to.equal(0);
  });

  it('goes on by the monotonic clock, whatever this machine is set to', () => {
    const { clock, runtime } = clockAfter(startAt);
    runtime.advance(2 * HOUR_MS);
    expect(clock.aheadOfMs(startAt - 70 * HOUR_MS)).to.equal(72 * HOUR_MS);
  });

  it('adds the time for which a cache kept the answer', () => {
    expect(clockAfter(startAt - 72 * HOUR_MS, '259200').clock.aheadOfMs(startAt)).to.equal(0);
  });

  it('is unknown without a date', () => {
    const clock = new PosthogClock(manualRuntime({ startAt }));
    clock.note(undefined, undefined);
    clock.note('soon', undefined);
    expect(clock.aheadOfMs(0)).to.equal(0);
  });
});
