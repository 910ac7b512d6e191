import type { FieldType } from './stream-schema.js';
import type { Unit } from './unit.js';
import type { JsonValue } from './value.js';

/** A function that an adapter adds to the language of mappings, for mappings with that adapter. */
export interface MappingFunction {
  /** As mappings call it. Letters and digits; one with the name of a function of the language is never called. */
  readonly name: string;
  /** What it does, in a sentence. */
  readonly doc: string;
  readonly parameters: readonly MappingFunctionParameter[];
  readonly result: FieldType;
  /** Of a number. */
  readonly unit?: Unit;
  /**
   * Pure and synchronous: the same values give the same result, with no clock, randomness or I/O. Timestamps are
   * milliseconds since 1970. Not called if a value is null: then the result is null. A result of another type becomes null.
   * What it throws makes the record a dead letter.
   */
  evaluate(...values: readonly NonNullable<JsonValue>[]): JsonValue;
}

export interface MappingFunctionParameter {
  readonly name: string;
  readonly type: FieldType;
}
