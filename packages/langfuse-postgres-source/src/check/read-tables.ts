import { sql, type SqlQuery } from '@sluice/postgres';
import { REQUIRED_TABLES } from './required-columns.js';

/** One of Langfuse's tables, as the role sees it. */
export interface TableFacts {
  readonly name: string;
  readonly schema: string;
  /** PostgreSQL's letter: `r` is a table, `p` a partitioned one. */
  readonly kind: string;
  /** Whether it is a partition or child of another table, which has further rows. */
  readonly isPart: boolean;
  /** Whether it is unlogged and this is a replica, which then has none of its rows. */
  readonly isLost: boolean;
  /** Whether row-level security is enabled. */
  readonly hasRowSecurity: boolean;
  /** Whether it applies to the role. */
  readonly isSecured: boolean;
  /** Whether a policy shows the role every row that no other policy takes away. */
  readonly isShown: boolean;
  /** The restrictive policies that take rows away from the role. */
  readonly restrictions: readonly string[];
  readonly columns: readonly string[];
  /** The columns that the role cannot read. */
  readonly denied: readonly string[];
}

/** The tables that the export reads, from pg_catalog: information_schema hides what the role cannot use. */
export async function readTables(query: SqlQuery): Promise<readonly TableFacts[]> {
  const rows = await query(sql`
    SELECT wanted.name, namespace.nspname, class.relkind,
      EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhrelid = class.oid),
      class.relpersistence = 'u' AND pg_is_in_recovery(),
      class.relrowsecurity, row_security_active(class.oid), policies.is_shown, policies.restrictions, columns.names, columns.denied
    FROM unnest(${REQUIRED_TABLES}::text[]) AS wanted (name)
    JOIN pg_catalog.pg_class AS class ON class.oid = to_regclass(quote_ident(wanted.name))
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
    CROSS JOIN LATERAL (
      SELECT array_to_json(array_agg(attname)) AS names,
        array_to_json(array_agg(attname) FILTER (WHERE NOT has_column_privilege(class.oid, attnum, 'SELECT'))) AS denied
      FROM pg_catalog.pg_attribute
      WHERE attrelid = class.oid AND attnum > 0 AND NOT attisdropped
    ) AS columns
    CROSS JOIN LATERAL (
      SELECT COALESCE(bool_or(polpermissive AND pg_get_expr(polqual, polrelid) = 'true'), false) AS is_shown,
        array_to_json(array_agg(polname) FILTER (
          WHERE NOT polpermissive AND pg_get_expr(polqual, polrelid) IS DISTINCT FROM 'true')) AS restrictions
      FROM pg_catalog.pg_policy
      WHERE class.relrowsecurity AND polrelid = class.oid AND polcmd IN ('r', '*')
        AND EXISTS (
          SELECT FROM unnest(polroles) AS of_role (id)
          WHERE CASE WHEN of_role.id = 0 THEN true ELSE pg_has_role(of_role.id, 'USAGE') END)
    ) AS policies`);
  return rows.map(
    ([name, schema, kind, isPart, isLost, hasRowSecurity, isSecured, isShown, restrictions, columns, denied]) => ({
      name: name ?? '',
      schema: schema ?? '',
      kind: kind ?? '',
      isPart: isPart === 't',
      isLost: isLost === 't',
      hasRowSecurity: hasRowSecurity === 't',
      isSecured: isSecured === 't',
      isShown: isShown === 't',
      restrictions: names(restrictions),
      columns: names(columns),
      denied: names(denied),
    }),
  );
}

function names(list: string | null | undefined): readonly string[] {
  return list === null || list === undefined ? [] : JSON.parse(list);
}
