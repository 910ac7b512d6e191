import { allOf, raw, sql, type Sql } from '../sql/sql.js';
import { inRange, type TimeRange } from '../sql/times.js';

export interface NewestRows {
  readonly table: string;
  /** The column of a row's own id, which is unique in its project. */
  readonly id: string;
  readonly happened: string;
  readonly columns: readonly string[];
  readonly where: Sql;
  readonly range: TimeRange | undefined;
}

/**
 * The newest version of each row, deleted ones included. Not by FINAL: that reads far more, and takes two versions whose
 * sorting keys differ for two rows. Of versions of one moment it is the same for every window, so that none of them gets
 * the record twice, or none at all.
 */
export function newestRows({ table, id, happened, columns, where, range }: NewestRows): Sql {
  const conditions = allOf([inRange(happened, range), where]);
  return sql`SELECT ${raw([...new Set(columns)].join(', '))}
FROM ${raw(table)}
WHERE ${conditions}
ORDER BY event_ts DESC, created_at DESC, ${raw(happened)} DESC
LIMIT 1 BY project_id, ${raw(id)}`;
}

/** What a column of a table is instead, where an earlier Langfuse does not have it. */
const FALLBACKS: Readonly<Record<string, string>> = {
  metadata: `CAST(map(), 'Map(String, String)')`,
};

/** Columns as they are selected: under their own names, and null where the table does not have them. */
export function selected(columns: readonly string[], known: ReadonlySet<string> | undefined): readonly string[] {
  return columns.map((name) => {
    if (known === undefined || known.has(name)) return name;
    return `${FALLBACKS[name] ?? `CAST(NULL, 'Nullable(String)')`} AS ${name}`;
  });
}
