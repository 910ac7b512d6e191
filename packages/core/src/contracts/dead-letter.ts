import type { MappedEvent } from './event.js';
import type { Instant, JsonObject } from './value.js';

/**
 * A record or event that cannot be delivered as it is, kept until a replay delivers it or somebody discards it.
 *
 * It has what a person needs in order to understand it, so it can contain personal data: with `deadLetters.personalData:
 * omit` in the pipeline file, the event and the personal fields of the record are left out. It never contains a secret.
 */
export interface DeadLetter {
  /** Unique within the pipeline: the id of the window and a running number. */
  readonly id: string;
  readonly stream: string;
  /** The record's key. */
  readonly key: string;
  /** `mapping-failed` for a record, else the sink's reason. */
  readonly reason: string;
  /** For people: where the mapping failed, or what the destination answered. */
  readonly detail: string;
  /** The fields of the record that the mapping used, by name. */
  readonly record?: JsonObject;
  /** The event that was rejected; absent when the mapping failed. */
  readonly event?: MappedEvent;
  /** The hash of the mapping. */
  readonly mapping: string;
  /** How many times the record became a dead letter: 1, and one more with every failed replay. */
  readonly attempts: number;
  readonly at: Instant;
}

/** What is kept of a dead letter that was closed. */
export interface ClosedDeadLetter extends Pick<DeadLetter, 'stream' | 'key' | 'reason'> {
  readonly how: 'replayed' | 'discarded';
  /** When it was closed. */
  readonly at: Instant;
}
