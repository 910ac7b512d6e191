import type { EncodedEvent } from '../../contracts/sink.js';
import { Condition } from './condition.js';
import { idIdentity } from './event-identity.js';
import { IdentitySet } from './identity-set.js';

/** The identities of the events that are in flight in a run, whichever of its windows they belong to. */
export class EventsInFlight {
  readonly #identities = new IdentitySet();
  readonly #removed = new Condition();

  hasAny(events: readonly EncodedEvent[]): boolean {
    return this.#identities.size > 0 && events.some((event) => this.#identities.has(idIdentity(event)));
  }

  add(events: readonly EncodedEvent[]): void {
    for (const event of events) this.#identities.add(idIdentity(event));
  }

  /** Called when the events have an outcome or were given up. */
  remove(events: readonly EncodedEvent[]): void {
    for (const event of events) this.#identities.delete(idIdentity(event));
    this.#removed.notify();
  }

  /** Resolves when some were removed. */
  removal(): Promise<void> {
    return this.#removed.wait();
  }
}
