import type { Instant, Runtime } from '@sluice/core/adapter';

type Clocks = Pick<Runtime, 'now' | 'monotonicMs'>;

/** A moment by both clocks of the worker. */
export interface Moment {
  readonly wall: Instant;
  readonly monotonicMs: number;
}

export function momentOf(clocks: Clocks): Moment {
  return { wall: clocks.now(), monotonicMs: clocks.monotonicMs() };
}

/**
 * Until when a lease is certain to be held, by the worker's clocks alone. It counts from before the request that the
 * database granted, so that it ends here before it ends there, whatever the clocks of the two machines say.
 *
 * The lease ends by the clock that ends it first: the wall clock can be set back, and the monotonic clock can stand still
 * while a machine sleeps.
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

  /** The lease counts from a request that was made at that moment. */
  extend(from: Moment): void {
    this.#granted = from;
  }

  get leaseExpiresAt(): Instant {
    const { wall, monotonicMs } = momentOf(this.#clocks);
    const leftMs = this.#granted.monotonicMs + this.#leaseMs - monotonicMs;
    return Math.min(this.#granted.wall + this.#leaseMs, wall + leftMs);
  }
}
