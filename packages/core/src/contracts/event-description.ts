import type { FieldType } from './stream-schema.js';
import type { Unit } from './unit.js';

/** The type of one value of an event, as the mapping determines it. */
export interface ValueDescription {
  /** `null` for a value that is always null. */
  readonly type: FieldType | 'null';
  readonly unit?: Unit;
  readonly nullable: boolean;
  readonly doc?: string;
}

/** One kind of event that a mapping makes, without an event of it: what a table for such events needs. */
export interface EventDescription {
  readonly event: string;
  readonly doc?: string;
  /** By name, in the mapping's order; `uuid` is one of them. */
  readonly fields: Readonly<Record<string, ValueDescription | MapDescription>>;
}

/** A field that holds values by name, such as `properties`. */
export interface MapDescription {
  readonly names: Readonly<Record<string, ValueDescription>>;
}

export function isMapDescription(field: ValueDescription | MapDescription): field is MapDescription {
  return 'names' in field;
}
