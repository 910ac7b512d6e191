import { SlowStatementError, UnreadableRowError } from './source-error.js';

/** A step that takes less than this share of the time limit may be followed by one of twice the size. */
const QUICK_SHARE = 1 / 4;

/** A page of 1,000 records is down to one after five times the time limit. */
const SHRINK = 4;

/** So many more rows than a page are looked at in a fraction of the time limit: then there is no need for a limit. */
const UNLIMITED_PAGES = 256;

export interface PaceOptions {
  /** The largest number of records per page. */
  readonly pageSize: number;
  readonly statementTimeoutMs: number;
  readonly monotonicMs: () => number;
  /** Told of each smaller size. */
  readonly onSlower: (rows: number, error: Error) => void;
}

/**
 * How many rows the statements of a stream look at, so that each keeps within the time limit. Without a limit, a page
 * looks at as many rows as it takes to fill it.
 */
export class ReadingPace {
  readonly #options: PaceOptions;
  #rows = Number.POSITIVE_INFINITY;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** The largest number of records per page. */
  get pageSize(): number {
    return this.#options.pageSize;
  }

  /** Runs a step, again with fewer rows each time that it is too slow or a row in it cannot be read. */
  async run<T>(step: (rows: number) => Promise<T>): Promise<T> {
    for (;;) {
      const startedMs = this.#options.monotonicMs();
      // Other reads of the stream change the size meanwhile.
      const tried = this.#rows;
      try {
        const result = await step(tried);
        this.#finished(this.#options.monotonicMs() - startedMs);
        return result;
      } catch (error) {
        if (!(error instanceof SlowStatementError || error instanceof UnreadableRowError) || tried === 1) throw error;
        const { pageSize } = this.#options;
        this.#rows = Math.min(this.#rows, tried > pageSize ? pageSize : Math.ceil(tried / SHRINK));
        this.#options.onSlower(this.#rows, error);
      }
    }
  }

  #finished(durationMs: number): void {
    const { statementTimeoutMs, pageSize } = this.#options;
    if (this.#rows === Number.POSITIVE_INFINITY || durationMs > statementTimeoutMs * QUICK_SHARE) return;
    this.#rows = this.#rows >= pageSize * UNLIMITED_PAGES ? Number.POSITIVE_INFINITY : this.#rows * 2;
  }
}
