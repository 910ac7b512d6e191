import type { MappedEvent } from './event.js';
import type { Instant, JsonObject } from './value.js';

/**
 * A record or an event that cannot be delivered as it is, kept until it is replayed and delivered, or discarded.
 *
 * It holds what a person needs in order to understand it, so it can hold personal data: `deadLetters.personalData: omit`
 * in the pipeline file leaves out the event and the personal fields of the record. It never holds a secret.
 */
export interface DeadLetter {
  /** Unique within the pipeline: the ledger's number of the window and a running number. */
  readonly id: string;
  readonly stream: string;
  /** The record's key. */
  readonly key: string;
  /** `mapping-failed` for a record, else the sink's reason. */
  readonly reason: string;
  /** For people: the place in the mapping, or the destination's answer. */
  readonly detail: string;
  /** The fields of the record that the mapping used, by name. */
  readonly record?: JsonObject;
  /** The event that was rejected; absent when the mapping failed. */
  readonly event?: MappedEvent;
  /** The hash of the mapping that was used. */
  readonly mapping: string;
  /** How often the record has ended as a dead letter: 1, and one more with every replay. */
  readonly attempts: number;
  readonly at: Instant;
}
