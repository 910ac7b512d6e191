import type { Runtime } from '../contracts/runtime.js';
import type { Instant } from '../contracts/value.js';

const FIRST_MS = 60_000;
const LONGEST_MS = 86_400_000;

/**
 * How long a pipeline rests after runs that ended with a bug: the same bug is likely to come back. It goes by the monotonic
 * clock: a wall clock that is set back would prolong the rest.
 */
export class RestAfterBugs {
  readonly #runtime: Pick<Runtime, 'now' | 'monotonicMs'>;
  #bugs = 0;
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(runtime: Pick<Runtime, 'now' | 'monotonicMs'>) {
    this.#runtime = runtime;
  }

  get isOn(): boolean {
    return this.#runtime.monotonicMs() < this.#untilMs;
  }

  /** After a bug: twice as long as after the one before. Returns until when. */
  begin(): Instant {
    const restMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#bugs);
    this.#untilMs = this.#runtime.monotonicMs() + restMs;
    this.#bugs += 1;
    return this.#runtime.now() + restMs;
  }

  /** After a run without a bug. */
  over(): void {
    this.#bugs = 0;
  }
}
