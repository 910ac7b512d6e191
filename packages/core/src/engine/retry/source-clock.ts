import type { Runtime } from '../../contracts/runtime.js';
import type { Source } from '../../contracts/source.js';
import type { Instant } from '../../contracts/value.js';

/**
 * The source's clock, as last read from the source, and on by the monotonic clock. This machine's wall clock can be wrong,
 * and it can be set in the middle of a run; it only stands in until the source's clock is read.
 */
export class SourceClock {
  readonly #runtime: Pick<Runtime, 'now' | 'monotonicMs'>;
  #read: { readonly instant: Instant; readonly monotonicMs: number } | undefined;

  constructor(runtime: Pick<Runtime, 'now' | 'monotonicMs'>) {
    this.#runtime = runtime;
  }

  now(): Instant {
    if (this.#read === undefined) return this.#runtime.now();
    return this.#read.instant + Math.floor(this.#runtime.monotonicMs() - this.#read.monotonicMs);
  }

  /** The same source; the clock takes every time that is read from it. */
  watch(source: Source): Source {
    return {
      ...source,
      now: async (options) => {
        const instant = await source.now(options);
        this.#read = { instant, monotonicMs: this.#runtime.monotonicMs() };
        return instant;
      },
    };
  }
}
