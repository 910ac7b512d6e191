import type { TextColumns } from '@sluice/tab-separated';
import { joined, raw, type Sql } from '@sluice/postgres';
import type { SourceField } from '../streams.js';

/**
 * What a statement selects: the values of the fields, and behind them what else is needed, each column once. Where values
 * of the traces are needed, the last two of `others` are the id and the project of a record's trace.
 */
export interface RecordColumns extends TextColumns {
  readonly list: Sql;
}

/** A statement whose rows are records `r`. */
export interface RecordStatement extends Sql {
  readonly columns: RecordColumns;
}

interface Selected {
  readonly fields: readonly SourceField[];
  readonly values: readonly Sql[];
  /** Present if values of the traces are needed. */
  readonly trace?: object | undefined;
}

export function recordColumns({ fields, values, trace }: Selected, others: readonly string[] = []): RecordColumns {
  const list = [...values];
  const ofTrace = trace === undefined ? [] : ['r.trace_id', 'r.project_id'];
  const [key = 0, createdAt = 0, ...rest] = ['r.id', 'r.created_at', ...others, ...ofTrace].map((expression) => {
    const known = list.findIndex(({ text }) => text === expression);
    return known === -1 ? list.push(raw(expression)) - 1 : known;
  });
  const blankIsNull = [...values.keys()].filter((column) => fields[column]?.blankIsNull);
  return { list: joined(list, ', '), count: list.length, key, createdAt, others: rest, blankIsNull };
}
