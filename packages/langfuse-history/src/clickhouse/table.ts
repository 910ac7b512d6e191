/** A table of Langfuse's in ClickHouse. */
export interface Table {
  readonly name: string;
  /** The names of the columns, parted by spaces, by their type with its default and codec. */
  readonly columns: Readonly<Record<string, string>>;
  /** Columns that no INSERT names, as statements. */
  readonly derived?: readonly string[];
  /** What is indexed and how, by the index's name. */
  readonly indexes: Readonly<Record<string, string>>;
  /** The month of it is the partition. */
  readonly time: string;
  readonly primaryKey: readonly string[];
  /** What the sorting key has after the primary key. */
  readonly sortedBy: readonly string[];
  readonly sampledBy?: string;
}

/** The statement that creates the table. The newest `event_ts` of a sorting key wins. */
export function createStatement(table: Table): string {
  const columns = Object.entries(table.columns).flatMap(([type, names]) =>
    names.split(' ').map((name) => `${name} ${type}`),
  );
  const indexes = Object.entries(table.indexes).map(([name, rule]) => `INDEX ${name} ${rule} GRANULARITY 1`);
  const primaryKey = table.primaryKey.join(', ');
  return `CREATE TABLE ${table.name} (
  ${[...columns, ...(table.derived ?? []), ...indexes].join(',\n  ')}
) ENGINE = ReplacingMergeTree(event_ts, is_deleted)
PARTITION BY toYYYYMM(${table.time})
PRIMARY KEY (${primaryKey})
ORDER BY (${[primaryKey, ...table.sortedBy].join(', ')})${table.sampledBy === undefined ? '' : `\nSAMPLE BY ${table.sampledBy}`}`;
}
