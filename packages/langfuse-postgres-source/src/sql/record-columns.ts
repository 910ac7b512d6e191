import type { TextColumns } from '@sluice/tab-separated';
import { joined, raw, type Sql } from '@sluice/postgres';
import type { SourceField } from '../streams.js';

/** What a statement selects: the values of the fields, and behind them what else is needed, each column once. */
export interface RecordColumns extends TextColumns {
  readonly list: Sql;
  /** The columns that name the record's trace; absent if no field is of it. */
  readonly trace?: { readonly id: number; readonly project: number } | undefined;
}

/** A statement whose rows are records `r`. */
export interface RecordStatement extends Sql {
  readonly columns: RecordColumns;
}

interface Selected {
  readonly fields: readonly SourceField[];
  readonly values: readonly Sql[];
  readonly ofTrace: readonly number[];
}

/** The fields of the record's trace are null until `withTraces` fills them in. */
export function recordColumns({ fields, values, ofTrace }: Selected, others: readonly string[] = []): RecordColumns {
  const list = values.map((value, column) => (ofTrace.includes(column) ? raw('NULL') : value));
  const columnOf = (expression: string): number => {
    const known = list.findIndex(({ text }) => text === expression);
    return known === -1 ? list.push(raw(expression)) - 1 : known;
  };
  const [key, createdAt] = [columnOf('r.id'), columnOf('r.created_at')];
  const rest = others.map(columnOf);
  const trace = ofTrace.length === 0 ? undefined : { id: columnOf('r.trace_id'), project: columnOf('r.project_id') };
  const blankIsNull = [...values.keys()].filter((column) => fields[column]?.blankIsNull && !ofTrace.includes(column));
  return { list: joined(list, ', '), count: list.length, key, createdAt, others: rest, trace, blankIsNull };
}
