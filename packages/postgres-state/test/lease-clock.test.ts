import { expect } from 'chai';
import { LeaseClock, momentOf } from '#src/lease-clock.js';

/** Two clocks that a test sets. */
function someClocks() {
  const clocks = { wall: 1_000_000, monotonic: 500 };
  return { clocks, runtime: { now: () => clocks.wall, monotonicMs: () => clocks.monotonic } };
}

describe('the clock of a lease', () => {
  it('counts from before the request that granted it', () => {
    const { clocks, runtime } = someClocks();
    const asked = momentOf(runtime);
    clocks.wall += 300;
    clocks.monotonic += 300;
    expect(new LeaseClock(runtime, 10_000, asked).leaseExpiresAt).to.equal(1_010_000);
  });

  it('counts again from a request that extends the lease', () => {
    const { clocks, runtime } = someClocks();
    const lease = new LeaseClock(runtime, 10_000, momentOf(runtime));
    clocks.wall += 7000;
    clocks.monotonic += 7000;
    lease.extend(momentOf(runtime));
    expect(lease.leaseExpiresAt).to.equal(1_017_000);
  });

  it('does not extend the lease when the wall clock is set back', () => {
    const { clocks, runtime } = someClocks();
    const lease = new LeaseClock(runtime, 10_000, momentOf(runtime));
    clocks.wall -= 3_600_000;
    clocks.monotonic += 9_999;
    expect(lease.leaseExpiresAt - runtime.now()).to.equal(1);
    clocks.monotonic += 1;
    expect(lease.leaseExpiresAt).to.equal(runtime.now());
  });

  it('expires while the machine sleeps and its monotonic clock stands still', () => {
    const { clocks, runtime } = someClocks();
    const lease = new LeaseClock(runtime, 10_000, momentOf(runtime));
    clocks.wall += 3_600_000;
    expect(lease.leaseExpiresAt).to.be.lessThan(runtime.now());
  });
});
