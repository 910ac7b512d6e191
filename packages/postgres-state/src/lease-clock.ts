import type { Instant, Runtime } from '@sluice/core';

type Clocks = Pick<Runtime, 'now' | 'monotonicMs'>;

/** A moment on both of the worker's clocks. */
export interface Moment {
  readonly wall: Instant;
  readonly monotonicMs: number;
}

export function momentOf(clocks: Clocks): Moment {
  return { wall: clocks.now(), monotonicMs: clocks.monotonicMs() };
}

/**
 * Until when a lease is certain to be held, by the worker's own clocks alone. It counts from before the request that the
 * database granted, so whatever the two machines' clocks say, it ends here before it ends there.
 *
 * A wall clock that was set back would make it last longer, so the monotonic clock counts too; that one can stand still
 * while a machine sleeps, so the wall clock counts too.
 */
export class LeaseClock {
  readonly #clocks: Clocks;
  readonly #leaseMs: number;
  #granted: Moment;

  constructor(clocks: Clocks, leaseMs: number, granted: Moment) {
    this.#clocks = clocks;
    this.#leaseMs = leaseMs;
    this.#granted = granted;
  }

  /** The lease begins anew, with a request that was made at that moment. */
  extend(from: Moment): void {
    this.#granted = from;
  }

  get leaseExpiresAt(): Instant {
    const { wall, monotonicMs } = momentOf(this.#clocks);
    const leftMs = this.#granted.monotonicMs + this.#leaseMs - monotonicMs;
    return Math.min(this.#granted.wall + this.#leaseMs, wall + leftMs);
  }
}
