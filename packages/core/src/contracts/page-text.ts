import type { Row } from './value.js';

/** In `PageText.starts`: the value is null. */
export const NULL_VALUE = 0xffff_ffff;

/**
 * The records of a page as the source wrote them: the value of every field as text, all in one buffer. With it, events are
 * written from text to text, without an object per record.
 *
 * A value is text in UTF-8 in which a backslash escapes `\b`, `\f`, `\n`, `\r`, `\t`, `\v` and the backslash itself, as in
 * PostgreSQL's COPY and ClickHouse's TabSeparated. What is escaped, by the type of the field:
 *
 * | field type  | text                                                                       |
 * |-------------|----------------------------------------------------------------------------|
 * | `text`      | the text                                                                   |
 * | `number`    | `-12`, `0.50`, `1e-07`; whatever is not a finite number has other letters  |
 * | `boolean`   | `t` or `f`                                                                 |
 * | `timestamp` | `2026-01-31 09:30:00.123456` in UTC, with up to six or no digits of a second |
 * | `text[]`    | a JSON list                                                                |
 * | `json`      | a JSON value                                                               |
 */
export interface PageText {
  /** How many records the page has. */
  readonly records: number;
  readonly bytes: Buffer;
  /** Where the value of a column of a record begins: `starts[record * columns + column]`, or `NULL_VALUE`. */
  readonly starts: Uint32Array;
  /** Where it ends. */
  readonly ends: Uint32Array;
  /**
   * By value, as in `starts`: not 0 if its text is the same between the quotes of a JSON string, as it has no quotation mark,
   * no backslash and no control character. Absent: not known of any.
   */
  readonly isPlain?: Uint8Array | undefined;
  /** How many columns a record has: the requested fields, in their order, and what the source adds behind them. */
  readonly columns: number;
  /** The column of the record's key, as `text`. */
  readonly keyColumn: number;
  /** The column of the time at which the source learned of the record, as `timestamp`. */
  readonly createdAtColumn: number;
  /** The values of one record; undefined if the source has a problem with one of them. */
  row(record: number): Row | undefined;
}
