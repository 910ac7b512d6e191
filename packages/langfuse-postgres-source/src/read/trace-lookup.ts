import type { Projects } from '@sluice/langfuse-records';
import type { SqlCopy } from '@sluice/postgres';
import { RecordIndex, TextRecords, type Matches } from '@sluice/tab-separated';
import type { RecordStatement } from '../sql/record-columns.js';
import type { TraceSelection } from '../sql/selection.js';
import { tracesByIdQuery, tracesByTimeQuery } from '../sql/traces-query.js';

/** Fewer traces are looked up by their ids. */
const MANY = 100;
/** Reading a trace in the order of time costs a third of looking one up. */
const READ_FOR_EACH = 2;

/** Event times as PostgreSQL's text. */
export interface TimeSpan {
  readonly from: string;
  readonly until: string;
}

/**
 * Fills in what the fields `trace.*` of records say. Their traces are read in separate statements: a trace once for its
 * records of a page, and most of them in the order of time, from neighbouring rows, where a join would look each up.
 */
export class TraceLookup {
  readonly #selection: TraceSelection | undefined;
  readonly #projects: Projects;
  /** The traces of the page before. Never older ones: then a trace that changes is soon read again. */
  #before: readonly RecordIndex[] = [];
  /** Up to which time traces were read. */
  #readUntil: string | undefined;
  #areInOrder = true;

  constructor(selection: TraceSelection | undefined, projects: Projects) {
    this.#selection = selection;
    this.#projects = projects;
  }

  /** `span`: from the first to the last of the records, where they have the order of their event time. */
  async fillIn(records: TextRecords, copy: SqlCopy, span?: TimeSpan): Promise<void> {
    const selection = this.#selection;
    if (selection === undefined || records.count === 0) return;
    const wanted = new WantedTraces(records);
    const found: RecordIndex[] = [];
    const read = async (statement: RecordStatement): Promise<number> => {
      const traces = TextRecords.of(await copy(statement), statement.columns);
      const index = new RecordIndex(traces, traces.columns.others);
      found.push(index);
      wanted.lookIn(index);
      return traces.count;
    };
    for (const index of this.#before) wanted.lookIn(index);
    if (span !== undefined && this.#areInOrder && wanted.missing.length >= MANY) {
      const limit = READ_FOR_EACH * wanted.missing.length;
      const after = this.#readUntil ?? span.from;
      const asked = { projects: this.#projects, after, upTo: span.until, limit };
      this.#areInOrder = (await read(tracesByTimeQuery(selection, asked))) < limit;
      this.#readUntil = span.until;
    }
    if (wanted.missing.length > 0) await read(tracesByIdQuery(selection, wanted.missingIds()));
    if (span !== undefined) this.#before = found;
    records.takeOver(selection.columns, wanted.matches());
  }
}

/** The traces that records name, and which of them were found. */
class WantedTraces {
  readonly #records: TextRecords;
  readonly #own: RecordIndex;
  readonly #columns: readonly [id: number, project: number];
  readonly #found: Matches[] = [];
  /** Of each trace that is still missing, its first record. */
  missing: Int32Array;

  constructor(records: TextRecords) {
    const [project = 0, id = 0] = records.columns.others.toReversed();
    this.#records = records;
    this.#columns = [id, project];
    this.#own = new RecordIndex(records, this.#columns);
    this.missing = this.#own.firsts.filter((first, record) => first === record && !records.isNull(record, id));
  }

  lookIn(index: RecordIndex): void {
    const matches = new Int32Array(this.#records.count).fill(-1);
    for (const record of this.missing) matches[record] = index.find(this.#records, record, this.#columns);
    const missing = this.missing.filter((record) => matches[record] === -1);
    if (missing.length < this.missing.length) this.#found.push({ records: index.records, matches });
    this.missing = missing;
  }

  missingIds(): readonly string[] {
    const [id] = this.#columns;
    return Array.from(this.missing, (record) => this.#records.text(record, id) ?? '');
  }

  /** Also of the records whose trace another one has named before. */
  matches(): readonly Matches[] {
    const { firsts } = this.#own;
    for (const { matches } of this.#found) {
      for (let record = 0; record < firsts.length; record += 1) matches[record] = matches[firsts[record] ?? 0] ?? -1;
    }
    return this.#found;
  }
}
