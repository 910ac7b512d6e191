import type { MappedEvent } from './event.js';
import type { Instant } from './value.js';

/** A record or an event that cannot be delivered as it is, kept until someone replays or discards it. */
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
  /** The event that was rejected; absent when the mapping failed. */
  readonly event?: MappedEvent;
  readonly mapping: string;
  readonly at: Instant;
}
