import type { Arrivals } from '../../contracts/arrivals.js';
import type { Instant } from '../../contracts/value.js';
import { ConfigError, RefusedError } from '../../contracts/errors.js';
import { Retry, type RetryContext } from '../retry/retry.js';

/** Asks a destination, and not more often than allowed. A query that is repeated after a transient failure counts once. */
export class QueryBudget {
  readonly #arrivals: Arrivals;
  readonly #retry: Retry;
  readonly #signal: AbortSignal;
  readonly #most: number;
  #spent = 0;

  constructor(
    arrivals: Arrivals,
    { context, signal, most }: { readonly context: RetryContext; readonly signal: AbortSignal; readonly most: number },
  ) {
    this.#arrivals = arrivals;
    this.#retry = new Retry('sink', context);
    this.#signal = signal;
    this.#most = most;
  }

  get spent(): number {
    return this.#spent;
  }

  /** Undefined when nothing is left to spend. */
  async spend<Answer>(
    query: (arrivals: Arrivals, options: { readonly signal: AbortSignal }) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    if (this.#spent >= this.#most) return undefined;
    this.#signal.throwIfAborted();
    this.#spent += 1;
    try {
      return await this.#retry.call(() => query(this.#arrivals, { signal: this.#signal }), this.#signal);
    } catch (error) {
      // A destination that refuses queries may still take events, so the pipeline is not paused.
      throw error instanceof RefusedError ? new ConfigError([], error.message) : error;
    }
  }

  /** Every uuid of one name and hour; undefined when the budget does not reach to the last page. */
  async uuids(event: string, from: Instant, until: Instant): Promise<ReadonlySet<string> | undefined> {
    const found = new Set<string>();
    let after: string | undefined;
    do {
      const request = { event, from, until, ...(after === undefined ? {} : { after }) };
      const page = await this.spend((arrivals, options) => arrivals.uuids(request, options));
      if (page === undefined) return undefined;
      for (const uuid of page.uuids) found.add(uuid);
      after = page.next;
    } while (after !== undefined);
    return found;
  }
}
