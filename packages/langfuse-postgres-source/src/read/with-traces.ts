import { NULL_VALUE } from '@sluice/core/text';
import { hasSameText, KeyIndex, TextRecords, type KeyedColumns } from '@sluice/tab-separated';
import type { SqlCopy } from '@sluice/postgres';
import type { RecordColumns } from '../sql/record-columns.js';
import type { Selection } from '../sql/selection.js';
import {
  tracesBetweenQuery,
  tracesByIdQuery,
  traceTimeOf,
  type TraceStatement,
  type TraceTime,
} from '../sql/trace-values-query.js';
import type { ReadPart } from './cursor.js';

/** For fewer records a further statement does not pay. */
const LEAST_RECORDS = 100;

/** How much earlier than the first record of a page its trace may have begun. */
const EARLIER_MS = 600_000;

/** To find a trace by its id costs about three times what one costs that is read in the order of time. */
const LEAST_USED_SHARE = 1 / 3;

/**
 * Which traces the records of a part probably have: those of the same time. These lie side by side, whereas an id can be
 * anywhere in its index.
 */
export class TracesNearby {
  readonly #time: TraceTime | undefined;
  /** Whether the last look was worth it. */
  #isUseful = true;

  constructor(part: ReadPart) {
    this.#time = traceTimeOf(part);
  }

  /** Undefined if such a statement would not pay. The first of the records' other columns is the time that orders them. */
  statement(selection: Selection, records: TextRecords<RecordColumns>): TraceStatement | undefined {
    const { count, columns } = records;
    if (this.#time === undefined || !this.#isUseful || count < LEAST_RECORDS) return undefined;
    const time = columns.others[0] ?? -1;
    const [first, last] = [records.time(0, time), records.time(count - 1, time)];
    if (first === null || last === null) return undefined;
    return tracesBetweenQuery(selection, this.#time, { from: first - EARLIER_MS, until: last + 1, limit: count });
  }

  learn({ used, found }: Pick<Look, 'used' | 'found'>): void {
    this.#isUseful = used >= found * LEAST_USED_SHARE;
  }
}

/** What a statement has found. */
interface Look {
  readonly rows: TextRecords<KeyedColumns>;
  /** By record its trace; -1 for none. */
  readonly rowOf: Int32Array;
  /** The records whose traces are not among those that were found. */
  readonly without: readonly number[];
  readonly used: number;
  readonly found: number;
}

/**
 * The records of a page with the values of their traces, which are null without such a trace in their project. Each trace
 * is read once, by statements that see what the page saw or what came after it; a join would write it again for each of
 * its records.
 */
export async function withTraces(
  copy: SqlCopy,
  selection: Selection,
  records: TextRecords<RecordColumns>,
  nearby?: TracesNearby,
): Promise<TextRecords<RecordColumns>> {
  const reference = records.columns.trace;
  if (reference === undefined || records.count === 0) return records;
  const looks: Look[] = [];
  let without = recordsWithTrace(records, reference.id);
  const fillFrom = async (statement: TraceStatement): Promise<Look> => {
    const traces = TextRecords.of(await copy(statement), statement.columns);
    const look = lookUp(records, without, traces);
    if (look.used > 0) looks.push(look);
    without = look.without;
    return look;
  };
  const statement = nearby?.statement(selection, records);
  if (statement !== undefined) nearby?.learn(await fillFrom(statement));
  if (without.length > 0) {
    const ids = new Set(without.map((record) => records.text(record, reference.id) ?? ''));
    await fillFrom(tracesByIdQuery(selection, [...ids]));
  }
  return looks.length === 0 ? records : records.filled(selection.ofTrace, looks);
}

function recordsWithTrace(records: TextRecords<RecordColumns>, column: number): readonly number[] {
  const found: number[] = [];
  for (let record = 0; record < records.count; record += 1) {
    if (records.starts[record * records.columns.count + column] !== NULL_VALUE) found.push(record);
  }
  return found;
}

/** Which of the given records have one of the traces. An id has one trace only, in whatever project it is. */
function lookUp(
  records: TextRecords<RecordColumns>,
  asked: readonly number[],
  traces: TextRecords<KeyedColumns>,
): Look {
  const { id = -1, project = -1 } = records.columns.trace ?? {};
  const projectOfTrace = traces.columns.others[0] ?? -1;
  const index = new KeyIndex(traces);
  const rowOf = new Int32Array(records.count).fill(-1);
  const isUsed = new Uint8Array(traces.count);
  const without: number[] = [];
  for (const record of asked) {
    const trace = index.rowOf(records, record, id);
    if (trace === -1) {
      without.push(record);
      continue;
    }
    isUsed[trace] = 1;
    if (hasSameText(records, record, project, traces, trace, projectOfTrace)) rowOf[record] = trace;
  }
  return { rows: traces, rowOf, without, used: isUsed.reduce((sum, one) => sum + one, 0), found: traces.count };
}
