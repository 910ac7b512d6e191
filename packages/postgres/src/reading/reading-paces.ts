import type { AdapterContext } from '@sluice/core/adapter';
import { ReadingPace } from './reading-pace.js';

/** A pace for each thing that a source reads, such as a stream. */
export class ReadingPaces {
  readonly #statementTimeoutMs: number;
  readonly #context: Pick<AdapterContext, 'logger' | 'runtime'>;
  readonly #paces = new Map<string, ReadingPace>();

  constructor(statementTimeoutSeconds: number, context: Pick<AdapterContext, 'logger' | 'runtime'>) {
    this.#statementTimeoutMs = statementTimeoutSeconds * 1000;
    this.#context = context;
  }

  /** `pageSize`: how many records it reads at once, while its statements are quick enough. */
  of(what: string, pageSize: number): ReadingPace {
    const { logger, runtime } = this.#context;
    const pace =
      this.#paces.get(what) ??
      new ReadingPace({
        pageSize,
        statementTimeoutMs: this.#statementTimeoutMs,
        monotonicMs: () => runtime.monotonicMs(),
        onSlower: (rows, error) =>
          logger.warn({ reading: what, rows, error: error.message }, 'a statement failed; reading fewer rows at once'),
      });
    this.#paces.set(what, pace);
    return pace;
  }
}
