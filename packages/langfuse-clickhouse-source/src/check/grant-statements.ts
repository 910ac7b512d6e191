import type { ClickHouseAddress } from '../connection/clickhouse-address.js';
import { identifier } from '../sql/sql.js';

type Columns = Readonly<Record<string, readonly string[]>>;

/** Creates a user that can read what the export needs, and nothing else. */
export function userStatements(
  columns: Columns,
  address: Pick<ClickHouseAddress, 'database' | 'user'>,
): readonly string[] {
  const user = address.user === 'sluice' ? 'sluice_reader' : 'sluice';
  return [
    `CREATE USER ${user} IDENTIFIED BY '…' SETTINGS readonly = 2, max_execution_time = 60;`,
    ...grantStatements(columns, { ...address, user }),
  ];
}

/** Lets the user read the given columns of each table. A table may be missing: an upgrade creates it. */
export function grantStatements(
  columns: Columns,
  { database, user }: Pick<ClickHouseAddress, 'database' | 'user'>,
): readonly string[] {
  return Object.entries(columns).map(
    ([table, names]) =>
      `GRANT SELECT(${[...new Set(names)].join(', ')}) ON ${quoted(database)}.${table} TO ${quoted(user)};`,
  );
}

function quoted(name: string): string {
  return /^[a-z_]\w*$/i.test(name) ? name : identifier(name);
}
