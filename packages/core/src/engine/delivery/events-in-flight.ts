import type { EncodedEvent } from '../../contracts/sink.js';
import { Condition } from './condition.js';

/** The ids of the events that are in flight in a run, whichever of its windows they belong to. */
export class EventsInFlight {
  readonly #ids = new Set<string>();
  readonly #removed = new Condition();

  hasAny(events: readonly EncodedEvent[]): boolean {
    return events.some(({ id }) => this.#ids.has(id));
  }

  add(events: readonly EncodedEvent[]): void {
    for (const { id } of events) this.#ids.add(id);
  }

  /** Called when the events have an outcome or were given up. */
  remove(events: readonly EncodedEvent[]): void {
    for (const { id } of events) this.#ids.delete(id);
    this.#removed.notify();
  }

  /** Resolves when some were removed. */
  removal(): Promise<void> {
    return this.#removed.wait();
  }
}
