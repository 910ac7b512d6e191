import type { KeyedColumns } from '@sluice/tab-separated';
import { joined, raw, type Sql, sql } from '@sluice/postgres';
import type { ReadPart } from '../read/cursor.js';
import { between } from './record-conditions.js';
import type { Selection } from './selection.js';

/** A statement whose rows are traces: the fields of `Selection.ofTrace`, the id, and as a further column the project. */
export interface TraceStatement extends Sql {
  readonly columns: KeyedColumns;
}

export function tracesByIdQuery(selection: Selection, ids: readonly string[]): TraceStatement {
  return traceValues(selection, sql`WHERE trace.id = ANY(${ids}::text[])`);
}

/** When traces happened, or when they were created. */
export type TraceTime = '"timestamp"' | 'created_at';

/** The time of traces that orders them as a part orders its records; undefined if a part has records of few of them. */
export function traceTimeOf(part: ReadPart): TraceTime | undefined {
  if (part === 'event') return '"timestamp"';
  return part === 'created' ? 'created_at' : undefined;
}

/** The last `limit` traces with a time in `[from, until)`, whatever their project: no more than so many rows are looked at. */
export function tracesBetweenQuery(
  selection: Selection,
  time: TraceTime,
  { from, until, limit }: { readonly from: number; readonly until: number; readonly limit: number },
): TraceStatement {
  const column = `trace.${time}`;
  return traceValues(selection, sql`WHERE ${between(column, from, until)} ORDER BY ${raw(column)} DESC LIMIT ${limit}`);
}

function traceValues({ fields, values, ofTrace }: Selection, condition: Sql): TraceStatement {
  const list = ofTrace.flatMap((column) => values[column] ?? []);
  const blankIsNull = [...list.keys()].filter((index) => fields[ofTrace[index] ?? 0]?.blankIsNull);
  const columns = { count: list.length + 2, key: list.length, others: [list.length + 1], blankIsNull };
  const selected = joined([...list, raw('trace.id'), raw('trace.project_id')], ', ');
  return { ...sql`SELECT ${selected} FROM traces AS trace ${condition}`, columns };
}
