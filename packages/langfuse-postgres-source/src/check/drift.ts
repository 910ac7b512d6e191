import { Drift } from '@sluice/langfuse-records';
import { sql, type SqlQuery } from '@sluice/postgres';
import type { LangfusePostgresSourceConfig } from '../config.js';
import { hiddenTables, notTheTable } from './hidden-rows.js';
import { readTables, type TableFacts } from './read-tables.js';
import { REQUIRED_TABLES, requiredColumns } from './required-columns.js';

/** v2 is supported; v3 froze the tables that the source reads, and v4 dropped them. */
export type LangfuseVersion = 'v2' | 'v3' | 'v4';

/** Which databases may be exported. */
export type ReadableDatabase = Pick<LangfusePostgresSourceConfig, 'frozen' | 'content'>;

/** Recognises the version by its columns, or throws an error that names those that are missing. */
export async function assertVersion(
  query: SqlQuery,
  tables: readonly TableFacts[],
  place: string,
  { frozen, content }: ReadableDatabase,
): Promise<LangfuseVersion> {
  const known = new Set(tables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column}`)));
  // Langfuse v3.0 added this column and changed nothing else that is visible here.
  const isNewer = known.has('projects.deleted_at');
  if (isNewer && !known.has('traces.id')) {
    throw new Drift(
      place,
      'Langfuse v4 dropped the tables of v2',
      'stop this pipeline and read ClickHouse with the source langfuse-clickhouse, from a day before its last run on',
    );
  }
  const absent = REQUIRED_TABLES.filter((table) => !tables.some(({ name }) => name === table));
  if (absent.length > 0) throw await missingTables(query, absent, place);
  const missing = Object.entries(requiredColumns(content)).flatMap(([table, required]) =>
    required.map((name) => `${table}.${name}`).filter((name) => !known.has(name)),
  );
  if (missing.length > 0) {
    throw new Drift(
      place,
      `missing ${missing.join(', ')}`,
      'Langfuse v2.60 to v2.95 is supported: upgrade an older version',
    );
  }
  if (isNewer && frozen === 'refuse') {
    throw new Drift(
      place,
      'upgraded to Langfuse v3, which keeps its data in ClickHouse: these tables no longer grow',
      'set frozen: finish to export their records, then read ClickHouse with the source langfuse-clickhouse',
    );
  }
  return isNewer ? 'v3' : 'v2';
}

/** Throws unless the relations are Langfuse's own tables, all of one schema. */
export function assertTables(tables: readonly TableFacts[], place: string): void {
  const schemas = [...new Set(tables.map(({ schema }) => schema))];
  if (schemas.length > 1) {
    throw new Drift(
      place,
      `the tables are in several schemas: ${tables.map(({ schema, name }) => `${schema}.${name}`).join(', ')}`,
      'name the one of Langfuse with ?schema= in url',
    );
  }
  const wrong = tables.flatMap((table) => notTheTable(table) ?? []);
  if (wrong.length > 0) {
    throw new Drift(place, wrong.join(', '), 'point url, with ?schema= if needed, at Langfuse’s own tables');
  }
}

/** Throws if row-level security may hide rows: they would look like rows that do not exist. */
export function assertNothingHidden(tables: readonly TableFacts[], place: string): void {
  const hidden = hiddenTables(tables);
  if (hidden.length === 0) return;
  throw new Drift(
    place,
    `row-level security hides rows of ${hidden.map(({ name }) => name).join(', ')} from the role`,
    'sluice check prints the statements that show them',
  );
}

/** Throws unless the database is one that may be exported under the options. */
export async function assertNoDrift(
  query: SqlQuery,
  place: string,
  options: ReadableDatabase,
): Promise<LangfuseVersion> {
  const tables = await readTables(query);
  const version = await assertVersion(query, tables, place, options);
  assertTables(tables, place);
  assertNothingHidden(tables, place);
  return version;
}

/** Where else the tables may be. A schema that the role may not use is left out of the search path. */
async function missingTables(query: SqlQuery, absent: readonly string[], place: string): Promise<Drift> {
  const found = `not a Langfuse v2 database: missing ${absent.length === 1 ? 'table' : 'tables'} ${absent.join(', ')}`;
  const elsewhere = await schemasOfLangfuse(query);
  const [row] = await query(sql`SELECT current_setting('search_path'), quote_ident(current_user)`);
  const [path, role] = [row?.[0] ?? '', row?.[1] ?? ''];
  const forbidden = elsewhere.find(({ isUsable, isInPath }) => isInPath && !isUsable);
  if (forbidden !== undefined) {
    const statement = `GRANT USAGE ON SCHEMA ${forbidden.identifier} TO ${role};`;
    return new Drift(place, `the role may not use the schema ${forbidden.name}`, statement);
  }
  const other = elsewhere.find(({ isInPath }) => !isInPath);
  if (other === undefined) {
    return new Drift(place, `${found} in ${path}`, 'check the database name and schema= in url');
  }
  return new Drift(
    place,
    `${found} in ${path}`,
    `the schema ${other.name} has them: use ?schema=${encodeURIComponent(other.name)} in url`,
  );
}

interface SchemaFacts {
  readonly name: string;
  /** As SQL writes it. */
  readonly identifier: string;
  readonly isUsable: boolean;
  /** Whether it is in the search path, even if the role may not use it. */
  readonly isInPath: boolean;
}

/** The schemas that have tables with the names of Langfuse's. */
export async function schemasOfLangfuse(query: SqlQuery): Promise<readonly SchemaFacts[]> {
  const rows = await query(sql`
    SELECT namespace.nspname, quote_ident(namespace.nspname), has_schema_privilege(namespace.oid, 'USAGE'),
      quote_ident(namespace.nspname) = ANY (string_to_array(replace(current_setting('search_path'), ', ', ','), ','))
    FROM pg_catalog.pg_class AS class
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
    WHERE class.relname IN ('projects', 'traces', 'observations') AND class.relkind IN ('r', 'p')
    GROUP BY namespace.oid, namespace.nspname HAVING count(*) = 3
    ORDER BY namespace.nspname`);
  return rows.map(([name, identifier, isUsable, isInPath]) => ({
    name: name ?? '',
    identifier: identifier ?? '',
    isUsable: isUsable === 't',
    isInPath: isInPath === 't',
  }));
}
