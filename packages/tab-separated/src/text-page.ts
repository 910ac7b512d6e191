import { isUtf8 } from 'node:buffer';
import type { FieldSchema, FieldValue, RecordPage, RecordProblem, Row, WindowPart } from '@sluice/core/source';
import type { PageText } from '@sluice/core/text';
import { decodeValue, UNREADABLE } from './decode-value.js';
import type { TextRecords } from './text-records.js';

export interface TextPageOptions {
  readonly part: WindowPart;
  readonly records: TextRecords;
  /** The requested fields; their values are the first columns of the records. */
  readonly selection: {
    readonly fields: readonly Pick<FieldSchema, 'type' | 'nullable'>[];
    /** The fields' names, with the path below a `json` field. */
    readonly names: readonly string[];
  };
  readonly cursorOf: (record: number) => string;
  /** Of every record; then none of their values was read. */
  readonly problem?: RecordProblem | undefined;
}

interface Decoded {
  readonly rows: readonly Row[];
  readonly problems: ReadonlyMap<number, RecordProblem>;
}

/** A page whose lists are made from its text when they are first read: most pages are only ever read as text. */
export class TextPage implements RecordPage {
  readonly part: WindowPart;
  readonly text?: PageText;
  readonly #options: TextPageOptions;
  #decoded: Decoded | undefined;
  #keys: readonly string[] | undefined;
  #createdAt: readonly number[] | undefined;
  #cursors: readonly string[] | undefined;

  constructor(options: TextPageOptions) {
    const { part, records, problem } = options;
    this.part = part;
    this.#options = options;
    const { bytes, starts, ends, isPlain, columns, count } = records;
    // A database with the encoding SQL_ASCII may give any bytes; as values, their characters are replaced.
    if (problem !== undefined || !isUtf8(bytes)) return;
    this.text = {
      bytes,
      starts,
      ends,
      isPlain,
      records: count,
      columns: columns.count,
      keyColumn: columns.key,
      createdAtColumn: columns.createdAt,
      row: (record) => {
        const { row, problem: found } = this.#decode(record);
        return found === undefined ? row : undefined;
      },
    };
  }

  get rows(): readonly Row[] {
    return this.#decodeAll().rows;
  }

  get problems(): ReadonlyMap<number, RecordProblem> {
    return this.#decodeAll().problems;
  }

  get keys(): readonly string[] {
    this.#keys ??= this.#each((record) => this.#options.records.key(record));
    return this.#keys;
  }

  get createdAt(): readonly number[] {
    const { records } = this.#options;
    this.#createdAt ??= this.#each((record) => records.time(record, records.columns.createdAt) ?? 0);
    return this.#createdAt;
  }

  cursor(record: number): string {
    return this.#options.cursorOf(record);
  }

  get cursors(): readonly string[] {
    this.#cursors ??= this.#each(this.#options.cursorOf);
    return this.#cursors;
  }

  #each<T>(valueOf: (record: number) => T): readonly T[] {
    return Array.from({ length: this.#options.records.count }, (_, record) => valueOf(record));
  }

  #decodeAll(): Decoded {
    if (this.#decoded !== undefined) return this.#decoded;
    const problems = new Map<number, RecordProblem>();
    const rows = this.#each((record) => {
      const { row, problem } = this.#decode(record);
      if (problem !== undefined) problems.set(record, problem);
      return row;
    });
    this.#decoded = { rows, problems };
    return this.#decoded;
  }

  /** A value that cannot be decoded is null, and the first such value the record's problem. */
  #decode(record: number): { readonly row: Row; readonly problem: RecordProblem | undefined } {
    const { records, selection } = this.#options;
    let { problem } = this.#options;
    if (problem !== undefined) return { row: selection.fields.map(() => null), problem };
    const row = selection.fields.map((field, column): FieldValue => {
      const value = decodeValue(field.type, records, record, column);
      if (value !== undefined && (value !== null || field.nullable)) return value;
      problem ??= { field: selection.names[column] ?? '', reason: UNREADABLE[field.type] };
      return null;
    });
    return { row, problem };
  }
}
