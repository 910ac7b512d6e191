import type { EncodedEvent } from '../../contracts/sink.js';

/** The ids of the events that are under way in a run, whichever of its windows they belong to. */
export class EventsInFlight {
  readonly #ids = new Set<string>();
  #waiting: (() => void)[] = [];

  hasAny(events: readonly EncodedEvent[]): boolean {
    return events.some(({ id }) => this.#ids.has(id));
  }

  add(events: readonly EncodedEvent[]): void {
    for (const { id } of events) this.#ids.add(id);
  }

  /** They have an outcome, or were given up. */
  remove(events: readonly EncodedEvent[]): void {
    for (const { id } of events) this.#ids.delete(id);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Resolves when some were removed. */
  removal(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
