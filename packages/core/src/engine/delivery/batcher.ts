import type { EncodedEvent } from '../../contracts/sink.js';
import { ByteCeiling } from './byte-ceiling.js';
import { idIdentity, uuidIdentity } from './event-identity.js';
import { IdentitySet } from './identity-set.js';

export interface BatchLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
  readonly distinctUuids: boolean;
}

/**
 * Groups events into batches. A batch closes when the next event would make it too long or too large, or is a version of
 * an event in it (or has the same uuid, if the sink requires distinct ones): the newer version then travels later.
 */
export class Batcher {
  readonly #limits: BatchLimits;
  readonly #ceiling: ByteCeiling;
  #events: EncodedEvent[] = [];
  #bytes = 0;
  readonly #identities = new IdentitySet();

  constructor(limits: BatchLimits, ceiling = new ByteCeiling(limits.maxBytes)) {
    this.#limits = limits;
    this.#ceiling = ceiling;
  }

  /** Adds the event, and returns the batch that it closed, if any. */
  add(event: EncodedEvent): readonly EncodedEvent[] | undefined {
    const identity = this.#limits.distinctUuids ? uuidIdentity(event) : idIdentity(event);
    const full =
      this.#events.length >= this.#limits.maxEvents ||
      this.#bytes + event.bytes > this.#ceiling.bytes ||
      this.#identities.has(identity);
    const closed = full ? this.flush() : undefined;
    this.#events.push(event);
    this.#bytes += event.bytes;
    this.#identities.add(identity);
    return closed;
  }

  /** Returns the waiting events as a batch; undefined when there are none. */
  flush(): readonly EncodedEvent[] | undefined {
    if (this.#events.length === 0) return undefined;
    const batch = this.#events;
    this.#events = [];
    this.#bytes = 0;
    this.#identities.clear();
    return batch;
  }
}
