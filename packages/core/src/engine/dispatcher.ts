import type { EncodedEvent } from '../contracts/sink.js';

/**
 * Starts the delivery of batches and bounds how many are under way. Two batches with the same event id are never under
 * way together, so that the newer body arrives last.
 */
export class Dispatcher {
  readonly #maxInFlight: number;
  readonly #deliver: (events: readonly EncodedEvent[]) => Promise<void>;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #ids = new Set<string>();
  #failure: { readonly error: unknown } | undefined;

  constructor(maxInFlight: number, deliver: (events: readonly EncodedEvent[]) => Promise<void>) {
    this.#maxInFlight = maxInFlight;
    this.#deliver = deliver;
  }

  /** Waits until there is room, then starts. Throws what made an earlier batch fail. One caller at a time. */
  async dispatch(events: readonly EncodedEvent[]): Promise<void> {
    this.throwIfFailed();
    while (this.#inFlight.size >= this.#maxInFlight || events.some((event) => this.#ids.has(event.id))) {
      await Promise.race(this.#inFlight);
      this.throwIfFailed();
    }
    for (const event of events) this.#ids.add(event.id);
    const delivery: Promise<void> = this.#deliver(events)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        for (const event of events) this.#ids.delete(event.id);
        this.#inFlight.delete(delivery);
      });
    this.#inFlight.add(delivery);
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /** Resolves when nothing is under way, whatever became of it. */
  async idle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }
}
