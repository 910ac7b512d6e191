import { NULL_VALUE, type PageText } from '../../contracts/page-text.js';
import { cursorOf, type RecordPage, type RecordProblem } from '../../contracts/source.js';
import type { FieldRequest } from '../../contracts/stream-schema.js';
import type { FieldValue, Row } from '../../contracts/value.js';

/** A page with some of its fields, in the order in which they were asked for. */
export interface Projection {
  readonly fields: readonly FieldRequest[];
  /** Where each of them is in the rows of the page. */
  readonly columns: readonly number[];
}

/** The page as it would be with the fields of the projection alone. No value is copied, and nothing is decoded before it is read. */
export function projectPage(page: RecordPage, projection: Projection, width: number): RecordPage {
  const isWhole = projection.columns.length === width && isPrefix(projection.columns);
  return isWhole ? page : new ProjectedPage(page, projection);
}

class ProjectedPage implements RecordPage {
  readonly part: RecordPage['part'];
  readonly text?: PageText;
  readonly #page: RecordPage;
  readonly #projection: Projection;
  #rows: readonly Row[] | undefined;
  #problems: ReadonlyMap<number, RecordProblem> | undefined;

  constructor(page: RecordPage, projection: Projection) {
    this.part = page.part;
    this.#page = page;
    this.#projection = projection;
    if (page.text === undefined) return;
    this.text = { ...projectText(page.text, projection.columns), row: (record) => this.#textRow(record) };
  }

  get keys(): readonly string[] {
    return this.#page.keys;
  }

  get createdAt(): readonly number[] {
    return this.#page.createdAt;
  }

  get cursors(): readonly string[] {
    return this.#page.cursors;
  }

  cursor(record: number): string {
    return cursorOf(this.#page, record);
  }

  get rows(): readonly Row[] {
    this.#rows ??= this.#page.rows.map((row) => this.#pick(row));
    return this.#rows;
  }

  get problems(): ReadonlyMap<number, RecordProblem> {
    this.#problems ??= new Map(
      [...(this.#page.problems ?? [])].flatMap(([record, problem]) => {
        const own = this.#ownProblem(record, problem);
        return own === undefined ? [] : [[record, own] as const];
      }),
    );
    return this.#problems;
  }

  #pick(row: Row): Row {
    return this.#projection.columns.map((column): FieldValue => row[column] ?? null);
  }

  #textRow(record: number): Row | undefined {
    const row = this.#page.text?.row(record);
    if (row !== undefined) return this.#pick(row);
    return this.problems.has(record) ? undefined : this.rows[record];
  }

  /**
   * A page tells the first problem of a record. When that is in a field of another branch, only the text shows whether a
   * null among the own fields is one; without text the record is kept back, as a replay reads the own fields alone.
   */
  #ownProblem(record: number, problem: RecordProblem): RecordProblem | undefined {
    const { fields } = this.#projection;
    const isOwn = ({ field, path = [] }: FieldRequest) =>
      problem.field === undefined || problem.field === field || problem.field === [field, ...path].join('.');
    const { text } = this;
    if (text === undefined || fields.some(isOwn)) return problem;
    const row = this.rows[record] ?? [];
    const unread = fields.find(
      (_, column) => (row[column] ?? null) === null && text.starts[record * text.columns + column] !== NULL_VALUE,
    );
    return unread && { field: [unread.field, ...(unread.path ?? [])].join('.'), reason: 'cannot be read' };
  }
}

/** A view of the same buffer. Fields that come first share its lists; for others, some numbers a value are copied. */
function projectText(text: PageText, columns: readonly number[]): Omit<PageText, 'row'> {
  const { records, bytes } = text;
  if (isPrefix(columns)) {
    const { starts, ends, isPlain, columns: all, keyColumn, createdAtColumn } = text;
    return { records, bytes, starts, ends, isPlain, columns: all, keyColumn, createdAtColumn };
  }
  const taken = [...columns, text.keyColumn, text.createdAtColumn];
  const starts = new Uint32Array(records * taken.length);
  const ends = new Uint32Array(records * taken.length);
  const isPlain = text.isPlain && new Uint8Array(records * taken.length);
  let cell = 0;
  for (let record = 0; record < records; record += 1) {
    for (const column of taken) {
      const from = record * text.columns + column;
      starts[cell] = text.starts[from] ?? NULL_VALUE;
      ends[cell] = text.ends[from] ?? 0;
      if (isPlain !== undefined) isPlain[cell] = text.isPlain?.[from] ?? 0;
      cell += 1;
    }
  }
  const own = columns.length;
  return { records, bytes, starts, ends, isPlain, columns: taken.length, keyColumn: own, createdAtColumn: own + 1 };
}

function isPrefix(columns: readonly number[]): boolean {
  return columns.every((column, index) => column === index);
}
