import { NULL_VALUE } from '@sluice/core/text';
import { splitValues, type Places } from './split-values.js';
import { timestampMs } from './timestamp-ms.js';

const BACKSLASH = 0x5c;

const ESCAPED = /\\(.)/g;
const UNESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/**
 * Rows of values: a tab after each but the last of a row, a newline after that. `\\N` is null, and a backslash escapes as
 * `PageText` says, as in PostgreSQL's COPY and ClickHouse's TabSeparated.
 */
export interface TabSeparatedText {
  readonly bytes: Buffer;
  readonly rows: number;
}

/** What a row has: the values of the requested fields, and behind them what else is needed. */
export interface TextColumns {
  readonly count: number;
  /** The column of the record's key. */
  readonly key: number;
  /** The column of the time at which the source learned of the record. */
  readonly createdAt: number;
  /** The columns that `TextRecords.other` reads, in order. */
  readonly others: readonly number[];
  /** The columns in which an empty or blank text means that there is no value. */
  readonly blankIsNull: readonly number[];
}

function roomFor(values: number): Places {
  return { starts: new Uint32Array(values), ends: new Uint32Array(values), isPlain: new Uint8Array(values) };
}

/** Other records, and by record which of them belongs to it; -1 for none. */
export interface Matches {
  readonly records: TextRecords;
  readonly matches: Int32Array;
}

/** Records in tab-separated text, and where each of their values is. */
export class TextRecords {
  #bytes: Buffer;
  /** As in `PageText`. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly isPlain: Uint8Array;
  readonly columns: TextColumns;

  private constructor(bytes: Buffer, { starts, ends, isPlain }: Places, columns: TextColumns) {
    this.#bytes = bytes;
    this.starts = starts;
    this.ends = ends;
    this.isPlain = isPlain;
    this.columns = columns;
  }

  /** Splits rows with these columns. */
  static of({ bytes, rows }: TabSeparatedText, columns: TextColumns): TextRecords {
    const places = roomFor(rows * columns.count);
    const values = splitValues(bytes, places);
    if (values !== places.starts.length) throw new Error(`${values} values instead of ${places.starts.length}`);
    const records = new TextRecords(bytes, places, columns);
    for (const column of columns.blankIsNull) records.#makeBlanksNull(column);
    return records;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  get count(): number {
    return this.starts.length / this.columns.count;
  }

  /** Some of the records, in the given order. */
  picked(records: readonly number[]): TextRecords {
    const { count } = this.columns;
    const places = roomFor(records.length * count);
    for (const [index, record] of records.entries()) {
      const [first, end] = [record * count, (record + 1) * count];
      places.starts.set(this.starts.subarray(first, end), index * count);
      places.ends.set(this.ends.subarray(first, end), index * count);
      places.isPlain.set(this.isPlain.subarray(first, end), index * count);
    }
    return new TextRecords(this.#bytes, places, this.columns);
  }

  /**
   * Gives `columns` of the records the first values of the other records that belong to them. The text of the others is
   * appended, so that a page is still one text.
   */
  takeOver(columns: readonly number[], others: readonly Matches[]): void {
    const texts = [this.#bytes];
    let length = this.#bytes.length;
    for (const { records, matches } of others) {
      for (let record = 0; record < matches.length; record += 1) {
        const other = matches[record] ?? -1;
        if (other !== -1) this.#copyPlaces(record, columns, records, other, length);
      }
      texts.push(records.#bytes);
      length += records.#bytes.length;
    }
    if (others.length > 0) this.#bytes = Buffer.concat(texts, length);
  }

  /** Null for a null. */
  text(record: number, column: number): string | null {
    const [start, end] = this.#placeOf(record, column);
    if (start === NULL_VALUE) return null;
    const text = this.#bytes.toString('utf8', start, end);
    if (!text.includes('\\')) return text;
    return text.replaceAll(ESCAPED, (_, letter: string) => UNESCAPED[letter] ?? letter);
  }

  isNull(record: number, column: number): boolean {
    return this.#placeOf(record, column)[0] === NULL_VALUE;
  }

  /** In milliseconds since 1970; null for a null or an infinite time. */
  time(record: number, column: number): number | null {
    const [start, end] = this.#placeOf(record, column);
    return start === NULL_VALUE ? null : timestampMs(this.#bytes, start, end);
  }

  key(record: number): string {
    return this.text(record, this.columns.key) ?? '';
  }

  /** One of `TextColumns.others`; empty for a null. */
  other(record: number, index: number): string {
    return this.text(record, this.columns.others[index] ?? -1) ?? '';
  }

  #makeBlanksNull(column: number): void {
    for (let record = 0; record < this.count; record += 1) {
      const index = record * this.columns.count + column;
      const start = this.starts[index] ?? NULL_VALUE;
      if (start === NULL_VALUE || isVisible(this.#bytes[start])) continue;
      if (this.text(record, column)?.trim() === '') this.starts[index] = NULL_VALUE;
    }
  }

  #copyPlaces(record: number, columns: readonly number[], records: TextRecords, other: number, move: number): void {
    const { starts, ends, isPlain } = records;
    let from = other * records.columns.count;
    for (let index = 0; index < columns.length; index += 1) {
      const to = record * this.columns.count + (columns[index] ?? 0);
      const start = starts[from] ?? NULL_VALUE;
      this.starts[to] = start === NULL_VALUE ? NULL_VALUE : start + move;
      this.ends[to] = (ends[from] ?? 0) + move;
      this.isPlain[to] = isPlain[from] ?? 0;
      from += 1;
    }
  }

  #placeOf(record: number, column: number): readonly [start: number, end: number] {
    const index = record * this.columns.count + column;
    return [this.starts[index] ?? NULL_VALUE, this.ends[index] ?? NULL_VALUE];
  }
}

/** A letter, digit or mark of ASCII that begins a value, which makes it not blank. */
function isVisible(byte: number | undefined): boolean {
  return byte !== undefined && byte > 32 && byte < 127 && byte !== BACKSLASH;
}
