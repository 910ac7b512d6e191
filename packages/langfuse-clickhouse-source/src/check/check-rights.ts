import type { CheckResult } from '@sluice/core/adapter';
import { SourceDriftError } from '@sluice/core/source';
import type { ClickHouseConnection } from '../connection/clickhouse-connection.js';
import { grantedColumns } from '../layout/required-columns.js';
import { sql, type Sql } from '../sql/sql.js';
import type { CheckContext } from './check-context.js';
import { userStatements } from './grant-statements.js';

/** How many names a finding lists. */
const NAMED = 5;

/** What a user may have besides SELECT without being able to change anything. */
const HARMLESS = /^(?:SELECT|SHOW\b.*|USAGE|dictGet|REMOTE|SOURCES)/i;

type Connection = Pick<ClickHouseConnection, 'rows' | 'address'>;

interface RightsContext extends Pick<CheckContext, 'signal'> {
  readonly connection: Connection;
  readonly config: Pick<CheckContext['config'], 'content'>;
  readonly tables: Pick<CheckContext['tables'], 'chosen'>;
}

/** What the user can do that the export does not need. */
export async function rightsFindings({
  connection,
  config,
  tables,
  signal,
}: RightsContext): Promise<readonly CheckResult[]> {
  const name = 'further permissions';
  const grants = await grantsOf(connection, signal);
  const readonly = Number((await connection.rows(sql`SELECT getSetting('readonly')`, { signal }))[0]?.[0]);
  const columns = grantedColumns(tables.chosen, config.content);
  const excess = [
    ...(readonly > 0 ? [] : writes(grants)),
    ...reads(grants, columns, connection.address.database),
    ...roles(grants),
  ];
  if (excess.length === 0) {
    const message = 'the user can read what the export needs, and nothing else';
    return [{ name, outcome: 'good', message }];
  }
  return [
    {
      name,
      outcome: 'warning',
      message: `the user ${excess.join('; ')}`,
      fix: 'use a user that can only read what the export needs',
      statements: userStatements(columns, connection.address),
    },
  ];
}

/** With those of the user's roles, where ClickHouse can show them: older versions only name the roles. */
async function grantsOf(connection: Connection, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const shown = async (statement: Sql): Promise<readonly string[]> =>
    (await connection.rows(statement, { signal })).map(([grant = '']) => grant);
  return shown(sql`SHOW GRANTS FINAL`).catch((error: unknown) => {
    if (!(error instanceof SourceDriftError)) throw error;
    return shown(sql`SHOW GRANTS`);
  });
}

/** The roles whose permissions are not among the grants. */
function roles(grants: readonly string[]): readonly string[] {
  const named = grants.flatMap((grant) => /^GRANT (?<roles>(?:(?! ON ).)+) TO /i.exec(grant)?.groups?.['roles'] ?? []);
  return named.length === 0 ? [] : [`has what these roles may do: ${named.join(', ')}`];
}

/** The permissions that change something. */
function writes(grants: readonly string[]): readonly string[] {
  const kinds = grants.flatMap((grant) => {
    const given = /^GRANT (?<rights>.+?) ON /i.exec(grant)?.groups?.['rights'] ?? '';
    return splitRights(given).filter((right) => !HARMLESS.test(right));
  });
  const named = [...new Set(kinds)];
  if (named.length === 0) return [];
  const list = named.slice(0, NAMED).join(', ');
  return [`may write (${list}${named.length > NAMED ? ', …' : ''})`];
}

/** What can be read besides the columns that are needed. */
function reads(
  grants: readonly string[],
  columns: Readonly<Record<string, readonly string[]>>,
  database: string,
): readonly string[] {
  const further = grants.flatMap((grant) => {
    const groups = /^GRANT (?<rights>.+?) ON (?<what>\S+) TO /i.exec(grant)?.groups;
    const { rights = '', what = '' } = groups ?? {};
    return splitRights(rights).flatMap((right) => {
      if (!/^(?:SELECT|ALL)/i.test(right)) return [];
      const [owner, table = ''] = what.replaceAll('`', '').split('.');
      if (owner === 'system') return [];
      const needed = owner === database ? columns[table] : undefined;
      if (needed === undefined) return [`everything in ${what}`.replace(/everything in (\S+\.(?!\*)\S+)/, '$1')];
      const listed = /\((?<columns>.*)\)/.exec(right)?.groups?.['columns'];
      if (listed === undefined) return [`all columns of ${table}`];
      const other = listed.split(', ').filter((column) => !needed.includes(column.replaceAll('`', '')));
      return other.map((column) => `${table}.${column}`);
    });
  });
  const named = [...new Set(further)];
  if (named.length === 0) return [];
  return [`can read ${named.slice(0, NAMED).join(', ')}${named.length > NAMED ? ', …' : ''}`];
}

/** The rights of a grant: commas in the lists of columns do not part them. */
function splitRights(rights: string): readonly string[] {
  return rights.split(/,\s*(?![^(]*\))/).map((right) => right.trim());
}
