/** Any JSON value. Numbers are finite. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * The value of one field of a record. The field's type in the stream schema decides which:
 *
 * | field type  | value                                               |
 * |-------------|-----------------------------------------------------|
 * | `text`      | string                                              |
 * | `number`    | finite number; never text, never NaN or ±Infinity   |
 * | `boolean`   | boolean                                             |
 * | `timestamp` | milliseconds since 1970-01-01T00:00:00Z             |
 * | `text[]`    | list of strings                                     |
 * | `json`      | any JSON value; a number in it may be `ExactNumber` |
 *
 * `null` is a value of every nullable field.
 */
export type FieldValue = JsonValue;

/** The values of one record, in the order of the requested fields. */
export type Row = readonly FieldValue[];

/** A point in time: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;
