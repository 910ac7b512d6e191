import type { TextColumns } from '@sluice/tab-separated';
import { joined, raw, type Sql } from '@sluice/postgres';
import type { SourceField } from '../streams.js';

/** What a statement selects: the values of the fields, and behind them what else is needed, each column once. */
export interface RecordColumns extends TextColumns {
  readonly list: Sql;
}

/** A statement whose rows are records `r`. */
export interface RecordStatement extends Sql {
  readonly columns: RecordColumns;
}

export function recordColumns(
  { fields, values }: { readonly fields: readonly SourceField[]; readonly values: readonly Sql[] },
  others: readonly string[] = [],
): RecordColumns {
  const list = [...values];
  const [key = 0, createdAt = 0, ...rest] = ['r.id', 'r.created_at', ...others].map((expression) => {
    const known = list.findIndex(({ text }) => text === expression);
    return known === -1 ? list.push(raw(expression)) - 1 : known;
  });
  const blankIsNull = [...values.keys()].filter((column) => fields[column]?.blankIsNull);
  return { list: joined(list, ', '), count: list.length, key, createdAt, others: rest, blankIsNull };
}
