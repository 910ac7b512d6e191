import type { Unit } from './unit.js';

/** The types that a field of a record, or a field of an event, can have. See `FieldValue` for the values. */
export type FieldType = 'text' | 'number' | 'boolean' | 'timestamp' | 'text[]' | 'json';

/** What is known about a field of a stream without a connection. */
export interface FieldSchema {
  readonly type: FieldType;
  /** Whether the value may be null. */
  readonly nullable: boolean;
  /** The unit of a number; without one the number is a plain count or score. */
  readonly unit?: Unit;
  /** Whether the value can differ between two reads of the same record. */
  readonly changeable: boolean;
  /** Whether the value names or describes a person. Lint requires a reason before it is exported. */
  readonly personal: boolean;
  /** One line for the reader of a mapping. */
  readonly doc: string;
  /**
   * Why the source never has a value, such as `Langfuse v2 has no environments`: the field is there because a source of the
   * same records has it. Its value is always null. Lint warns of its use.
   */
  readonly absent?: string;
}

/**
 * The static description of one stream: what lint, editors and the mapper's type checker see. It never depends on a
 * connection or on options.
 */
export interface StreamSchema {
  /** The stream's name, e.g. `trace`. */
  readonly name: string;
  readonly doc: string;
  /**
   * The fields whose values identify a record of the stream and never change, e.g. `['id']`. An event's uuid must
   * depend on them.
   */
  readonly key: readonly string[];
  /** The streams whose records it has as well, such as `generation` for all observations. Default: none. */
  readonly contains?: readonly string[];
  /** By name; a dotted name such as `trace.user_id` is one field, not a path. */
  readonly fields: Readonly<Record<string, FieldSchema>>;
}

/**
 * A field that the mapping uses, and for a `json` field the keys that lead to the part that it uses. Only that part
 * leaves the source.
 */
export interface FieldRequest {
  readonly field: string;
  /** Object keys and list positions below a `json` field; empty or absent for the whole value. */
  readonly path?: readonly (string | number)[];
}
