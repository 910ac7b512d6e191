import { CONTENT_COLUMNS, REQUIRED_TABLES } from './required-columns.js';
import type { Content } from '@sluice/langfuse-records';
import { sql, type SqlQuery } from '@sluice/postgres';

/** How many names a finding lists. */
const NAMED = 5;

/** What the role can do that the export does not need. */
export async function excessRights(
  query: SqlQuery,
  { needsBypass, content }: { readonly needsBypass: boolean; readonly content: Content },
): Promise<readonly string[]> {
  const [role] = await query(sql`
    SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
      has_database_privilege(current_database(), 'CREATE'), has_schema_privilege(current_schema(), 'CREATE')
    FROM pg_catalog.pg_roles WHERE rolname = current_user`);
  if (role?.[0] === 't') return ['is a superuser'];
  const names = [
    'is a superuser',
    'can create roles',
    'can create databases',
    'can replicate the server',
    'can bypass row-level security',
    'can create schemas in the database',
    'can create tables in the schema',
  ];
  const abilities = names.filter(
    (name, index) => role?.[index] === 't' && !(needsBypass && name === 'can bypass row-level security'),
  );
  const [tables] = await query(sql`
    SELECT string_agg(class.relname, ',' ORDER BY class.relname)
        FILTER (WHERE has_table_privilege(class.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
          OR has_any_column_privilege(class.oid, 'INSERT, UPDATE, REFERENCES')),
      string_agg(class.relname, ',' ORDER BY class.relname)
        FILTER (WHERE has_any_column_privilege(class.oid, 'SELECT')
          AND class.relname <> ALL (${REQUIRED_TABLES}::text[]))
    FROM pg_catalog.pg_class AS class
    WHERE class.relnamespace = current_schema()::regnamespace AND class.relkind IN ('r', 'p', 'v', 'm', 'f')`);
  return [
    ...abilities,
    ...described('can change', tables?.[0]),
    ...described('can read', content === 'include' ? null : await readableContent(query)),
    ...described('can read', tables?.[1]),
  ];
}

async function readableContent(query: SqlQuery): Promise<string | null | undefined> {
  const [row] = await query(sql`
    SELECT string_agg(class.relname || '.' || attribute.attname, ',' ORDER BY class.relname, attribute.attname)
    FROM pg_catalog.pg_class AS class
    JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = class.oid
    WHERE class.oid IN (to_regclass('traces'), to_regclass('observations'))
      AND attribute.attname = ANY (${CONTENT_COLUMNS.traces}::text[])
      AND has_column_privilege(class.oid, attribute.attnum, 'SELECT')`);
  return row?.[0];
}

function described(what: string, list: string | null | undefined): readonly string[] {
  if (list === null || list === undefined) return [];
  const names = list.split(',');
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return [`${what} ${names.slice(0, NAMED).join(', ')}${more}`];
}
