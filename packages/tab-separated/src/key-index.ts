import { NULL_VALUE } from '@sluice/core/text';
import { hasSameText } from './has-same-text.js';
import type { KeyedColumns, TextRecords } from './text-records.js';

/** Finds rows by their keys, which must differ, without a string for each. */
export class KeyIndex {
  readonly #rows: TextRecords<KeyedColumns>;
  /** By hash, linearly probed: a row and one, or 0. At most half full. */
  readonly #slots: Uint32Array;

  constructor(rows: TextRecords<KeyedColumns>) {
    const { count, bytes, starts, ends, columns } = rows;
    this.#rows = rows;
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * count + 1)));
    for (let row = 0; row < count; row += 1) {
      const cell = row * columns.count + columns.key;
      let slot = this.#slotOf(bytes, starts[cell] ?? 0, ends[cell] ?? 0);
      while (this.#slots[slot] !== 0) slot = this.#after(slot);
      this.#slots[slot] = row + 1;
    }
  }

  /** The row whose key is the text of a value; -1 if there is none, as for a null. */
  rowOf(records: TextRecords<KeyedColumns>, record: number, column: number): number {
    const { bytes, starts, ends, columns } = records;
    const cell = record * columns.count + column;
    const [start, end] = [starts[cell] ?? NULL_VALUE, ends[cell] ?? 0];
    if (start === NULL_VALUE) return -1;
    for (let slot = this.#slotOf(bytes, start, end); ; slot = this.#after(slot)) {
      const row = (this.#slots[slot] ?? 0) - 1;
      if (row === -1 || hasSameText(records, record, column, this.#rows, row, this.#rows.columns.key)) return row;
    }
  }

  #after(slot: number): number {
    return (slot + 1) & (this.#slots.length - 1);
  }

  /** FNV-1a, with its last bits mixed in from the first. */
  #slotOf(bytes: Buffer, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    return (hash ^ (hash >>> 15)) & (this.#slots.length - 1);
  }
}
