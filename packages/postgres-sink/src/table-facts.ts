import type { Query } from '@sluice/postgres';
import { quotedTable, type TableName } from './table-name.js';

/** What the database says about the table. */
export interface TableFacts {
  /** Where it is, with the schema that was found. Undefined: there is no such table. */
  readonly found: TableName | undefined;
  /** Whether rows can be written to what has the name: a table, not a view. */
  readonly isTable: boolean;
  readonly columns: readonly ColumnFacts[];
  /** The role, the database and the schema in which a table without one would be made, as SQL writes them. */
  readonly role: string;
  readonly database: string;
  /** What the role lacks of `SELECT`, `INSERT` and `UPDATE`; of `USAGE` on the schema. */
  readonly missingRights: readonly string[];
  /** Whether the role may do more with the table than to write events. */
  readonly isPowerful: boolean;
}

export interface ColumnFacts {
  readonly name: string;
  /** As Postgres writes it: `numeric(10,2)`. */
  readonly type: string;
  /** Whether a row without a value for it is refused. */
  readonly isRequired: boolean;
}

interface ClassRow {
  readonly oid: string | null;
  readonly schema: string | null;
  readonly name: string | null;
  readonly kind: string | null;
  readonly role: string;
  readonly database: string;
  readonly missing: readonly string[] | null;
  readonly powerful: boolean | null;
}

/** Reads the catalogue; needs no right on the table. */
export async function readTableFacts(query: Query, table: TableName): Promise<TableFacts> {
  const [row] = await query<ClassRow>(
    `SELECT class.oid::text, namespace.nspname AS schema, class.relname AS name, class.relkind::text AS kind,
       quote_ident(current_user) AS role, quote_ident(current_database()) AS database,
       CASE WHEN class.oid IS NOT NULL THEN ARRAY(
         SELECT wanted FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS wanted
         WHERE NOT has_table_privilege(class.oid, wanted)
         UNION ALL SELECT 'USAGE' WHERE NOT has_schema_privilege(namespace.oid, 'USAGE')) END AS missing,
       has_table_privilege(class.oid, 'DELETE, TRUNCATE') OR pg_has_role(class.relowner, 'USAGE') AS powerful
     FROM (SELECT 1) AS one
     LEFT JOIN pg_catalog.pg_class AS class ON class.oid = (${OID})
     LEFT JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace`,
    [table.schema ?? null, table.schema ?? null, table.table],
  );
  if (row === undefined) throw new Error(`no facts about ${quotedTable(table)}`);
  const { oid, schema, name, kind, role, database, missing, powerful } = row;
  const found = schema === null || name === null ? undefined : { schema, table: name };
  return {
    found,
    isTable: kind === 'r' || kind === 'p',
    columns: oid === null ? [] : await query<ColumnFacts>(COLUMNS, [oid]),
    role,
    database,
    missingRights: missing ?? [],
    isPowerful: powerful === true,
  };
}

/** The catalogue by name: `to_regclass` fails for a schema that the role may not use. */
const OID = `SELECT known.oid FROM pg_catalog.pg_class AS known
  JOIN pg_catalog.pg_namespace AS space ON space.oid = known.relnamespace
  LEFT JOIN unnest(current_schemas(false)) WITH ORDINALITY AS path(name, position) ON path.name = space.nspname
  WHERE (space.nspname = ?::text OR ?::text IS NULL AND path.position IS NOT NULL) AND known.relname = ?::text
    AND known.relkind IN ('r', 'p', 'v', 'm', 'f')
  ORDER BY path.position LIMIT 1`;

const COLUMNS = `SELECT attname AS name, format_type(atttypid, atttypmod) AS type,
    attnotnull AND NOT atthasdef AND attidentity = '' AS "isRequired"
  FROM pg_catalog.pg_attribute
  WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped
  ORDER BY attnum`;
