import type { JsonValue } from './value.js';

/** An event of a mapping, as far as it is known without a record. */
export interface EventOutline {
  readonly event: string;
  /** The fields of the kind `value` that the mapping or a default sets, with the value of those that are the same for every record. */
  readonly values: ReadonlyMap<string, { readonly constant?: JsonValue }>;
  /** The names in the fields of the kind `map` that the mapping sets. */
  readonly maps: ReadonlyMap<string, readonly string[]>;
}

/**
 * What becomes of an event, or of a part of it, whatever the record. `refused`: every such event is rejected, which is an
 * error. `not-sent`: the sink leaves the part out. `unread`: it is sent, and the destination does not act on it. Both are
 * warnings.
 */
export interface EventProblem {
  readonly kind: 'refused' | 'not-sent' | 'unread';
  /** The field that it is about, and the name in it. Absent: the event. */
  readonly field?: string;
  readonly name?: string;
  readonly message: string;
  readonly help: string;
}
