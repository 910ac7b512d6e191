import { HeavyStatementError } from '../connection/clickhouse-error.js';

/** A statement that takes less than this share of the time limit may be followed by one for twice the records. */
const QUICK_SHARE = 1 / 4;

/** And only after an answer of fewer bytes. */
const SMALL_ANSWER = 16 * 1024 * 1024;

/** 10,000 records are down to one after seven failures. */
const SHRINK = 4;

export interface PaceOptions {
  /** The largest number of records per statement. */
  readonly sliceRows: number;
  readonly statementTimeoutMs: number;
  readonly monotonicMs: () => number;
  /** Told of each smaller size. */
  readonly onSlower: (rows: number, error: Error) => void;
}

/** How many records the statements of a stream ask for, so that each keeps within its limits. */
export class SlicePace {
  readonly #options: PaceOptions;
  #rows: number;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#rows = options.sliceRows;
  }

  get rows(): number {
    return this.#rows;
  }

  /**
   * Runs a statement for some records. Undefined if it asks too much of the server: then there are fewer records to ask
   * for. Throws the error if they were as few as can be.
   */
  async attempt(step: () => Promise<Buffer>, rows: number): Promise<Buffer | undefined> {
    const startedMs = this.#options.monotonicMs();
    try {
      const bytes = await step();
      this.#finished(this.#options.monotonicMs() - startedMs, bytes.length);
      return bytes;
    } catch (error) {
      if (!(error instanceof HeavyStatementError) || rows <= 1) throw error;
      this.#rows = Math.max(1, Math.floor(Math.min(rows, this.#rows) / SHRINK));
      this.#options.onSlower(this.#rows, error);
      return undefined;
    }
  }

  #finished(durationMs: number, bytes: number): void {
    const { statementTimeoutMs, sliceRows } = this.#options;
    if (bytes > SMALL_ANSWER || durationMs > statementTimeoutMs * QUICK_SHARE) return;
    this.#rows = Math.min(sliceRows, this.#rows * 2);
  }
}
