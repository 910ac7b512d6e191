import type { Runtime } from '../contracts/runtime.js';
import type { Instant } from '../contracts/value.js';

const FIRST_MS = 60_000;
const LONGEST_MS = 86_400_000;

/** How long a pipeline rests after runs that ended with a bug: the same bug is likely to come back. */
export class RestAfterBugs {
  readonly #runtime: Pick<Runtime, 'now'>;
  #bugs = 0;
  #until: Instant = Number.NEGATIVE_INFINITY;

  constructor(runtime: Pick<Runtime, 'now'>) {
    this.#runtime = runtime;
  }

  get isOn(): boolean {
    return this.#runtime.now() < this.#until;
  }

  /** After a bug: twice as long as after the one before. Returns until when. */
  begin(): Instant {
    this.#until = this.#runtime.now() + Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#bugs);
    this.#bugs += 1;
    return this.#until;
  }

  /** After a run without a bug. */
  over(): void {
    this.#bugs = 0;
  }
}
