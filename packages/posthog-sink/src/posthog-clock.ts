import type { Instant, Runtime } from '@sluice/core/adapter';

const HOUR_MS = 3_600_000;

/** Smaller differences change nothing: PostHog's own limits leave an hour, and a header counts whole seconds. */
const TOLERANCE_MS = HOUR_MS;

/** PostHog's clock, by the `Date` header of its last answer, and on by the monotonic clock: this machine's can be wrong. */
export class PosthogClock {
  readonly #runtime: Pick<Runtime, 'monotonicMs'>;
  #read: { readonly instant: Instant; readonly monotonicMs: number } | undefined;

  constructor(runtime: Pick<Runtime, 'monotonicMs'>) {
    this.#runtime = runtime;
  }

  /** Takes the headers `Date` and `Age` of an answer: a cache repeats the date of what it kept. */
  note(date: string | undefined, age: string | undefined): void {
    const instant = Date.parse(date ?? '') + (Number(age) || 0) * 1000;
    if (!Number.isNaN(instant)) this.#read = { instant, monotonicMs: this.#runtime.monotonicMs() };
  }

  /** How far PostHog's clock is ahead of `now`, in milliseconds; 0 up to an hour, and when PostHog gave no date. */
  aheadOfMs(now: Instant): number {
    if (this.#read === undefined) return 0;
    const aheadMs = this.#read.instant + this.#runtime.monotonicMs() - this.#read.monotonicMs - now;
    return Math.abs(aheadMs) > TOLERANCE_MS ? aheadMs : 0;
  }
}
