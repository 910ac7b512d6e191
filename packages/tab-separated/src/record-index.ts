import { bytesIdentity, NULL_VALUE } from '@sluice/core/text';
import type { TextRecords } from './text-records.js';

const NONE = -1;

/**
 * Finds records by the values of some of their columns, which are compared as the source wrote them. It holds numbers only:
 * thousands of keys as strings, for each page anew, would be work for the garbage collector.
 */
export class RecordIndex {
  readonly records: TextRecords;
  /** By record: the first that has the same values, maybe itself. */
  readonly firsts: Int32Array;
  readonly #columns: readonly number[];
  /** The first records with their values, in the slot of their hash or after it. */
  readonly #table: Int32Array;

  constructor(records: TextRecords, columns: readonly number[]) {
    this.records = records;
    this.#columns = columns;
    this.firsts = new Int32Array(records.count);
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(2 * records.count + 1))).fill(NONE);
    for (let record = 0; record < records.count; record += 1) {
      const slot = this.#slotOf(records, record, columns);
      if (this.#table[slot] === NONE) this.#table[slot] = record;
      this.firsts[record] = this.#table[slot] ?? NONE;
    }
  }

  /** The first record whose values are those of another record's columns; -1 if there is none. */
  find(others: TextRecords, record: number, columns: readonly number[]): number {
    return this.#table[this.#slotOf(others, record, columns)] ?? NONE;
  }

  /** The slot of the values, by a hash of the first: that of a record that has them, or a free one. */
  #slotOf(others: TextRecords, record: number, columns: readonly number[]): number {
    const mask = this.#table.length - 1;
    let slot = hashOf(others, record * others.columns.count + (columns[0] ?? 0)) & mask;
    for (;;) {
      const found = this.#table[slot] ?? NONE;
      if (found === NONE || this.#areSame(found, others, record, columns)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #areSame(own: number, others: TextRecords, record: number, columns: readonly number[]): boolean {
    const { records } = this;
    for (let index = 0; index < columns.length; index += 1) {
      const ownPlace = own * records.columns.count + (this.#columns[index] ?? 0);
      const otherPlace = record * others.columns.count + (columns[index] ?? 0);
      if (!haveSameBytes(records, ownPlace, others, otherPlace)) return false;
    }
    return true;
  }
}

/** Of the first value; that of a null is the one of an empty text. */
function hashOf({ bytes, starts, ends }: TextRecords, place: number): number {
  const hash = bytesIdentity(bytes, starts[place] ?? NULL_VALUE, ends[place] ?? 0);
  return hash ^ (hash >>> 15);
}

/** Whether two values are the same text or both null. */
function haveSameBytes(some: TextRecords, place: number, others: TextRecords, otherPlace: number): boolean {
  const start = some.starts[place] ?? NULL_VALUE;
  const otherStart = others.starts[otherPlace] ?? NULL_VALUE;
  if (start === NULL_VALUE || otherStart === NULL_VALUE) return start === otherStart;
  const length = (some.ends[place] ?? 0) - start;
  if (length !== (others.ends[otherPlace] ?? 0) - otherStart) return false;
  const [bytes, otherBytes] = [some.bytes, others.bytes];
  for (let at = 0; at < length; at += 1) if (bytes[start + at] !== otherBytes[otherStart + at]) return false;
  return true;
}
