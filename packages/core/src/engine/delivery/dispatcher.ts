import type { EncodedEvent } from '../../contracts/sink.js';
import type { EventsInFlight } from './events-in-flight.js';

/**
 * Starts the delivery of a window's batches and limits how many are in flight. Two batches with the same event id are
 * never in flight together in a run, so that the newer version arrives last.
 */
export class Dispatcher {
  readonly #maxInFlight: number;
  readonly #events: EventsInFlight;
  readonly #deliver: (events: readonly EncodedEvent[]) => Promise<void>;
  readonly #inFlight = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(
    maxInFlight: number,
    events: EventsInFlight,
    deliver: (events: readonly EncodedEvent[]) => Promise<void>,
  ) {
    this.#maxInFlight = maxInFlight;
    this.#events = events;
    this.#deliver = deliver;
  }

  /** Waits for room, then starts. Throws the error of an earlier batch. One caller at a time. */
  async dispatch(events: readonly EncodedEvent[]): Promise<void> {
    this.throwIfFailed();
    while (this.#inFlight.size >= this.#maxInFlight || this.#events.hasAny(events)) {
      await this.#events.removal();
      this.throwIfFailed();
    }
    this.#events.add(events);
    const delivery: Promise<void> = this.#deliver(events)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#inFlight.delete(delivery);
        this.#events.remove(events);
      });
    this.#inFlight.add(delivery);
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /** Resolves when nothing is in flight, whatever the outcome. */
  async idle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }
}
