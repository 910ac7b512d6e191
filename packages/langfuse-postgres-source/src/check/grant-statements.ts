import type { Content } from '@sluice/langfuse-records';
import { sql, type SqlQuery } from '@sluice/postgres';
import { requiredColumns } from './required-columns.js';

/** What the statements are about, as SQL writes it. */
export interface Names {
  readonly role: string;
  readonly database: string;
  readonly schema: string;
}

/** The names of this connection. */
export async function currentNames(query: SqlQuery): Promise<Names> {
  const [row] = await query(sql`
    SELECT quote_ident(current_user), quote_ident(current_database()), COALESCE(quote_ident(current_schema()), 'public')`);
  return { role: row?.[0] ?? '', database: row?.[1] ?? '', schema: row?.[2] ?? '' };
}

/** Creates a role that can read what the export needs, and nothing else. */
export function roleStatements({ role, database, schema }: Names, content: Content): readonly string[] {
  return [
    `CREATE ROLE ${role} LOGIN PASSWORD '…';`,
    `GRANT CONNECT ON DATABASE ${database} TO ${role};`,
    `GRANT USAGE ON SCHEMA ${schema} TO ${role};`,
    ...grantStatements(requiredColumns(content), { role, schema }),
  ];
}

/** Lets the role read the given columns of each table. */
export function grantStatements(
  columns: Readonly<Record<string, readonly string[]>>,
  { role, schema }: Pick<Names, 'role' | 'schema'>,
): readonly string[] {
  return Object.entries(columns)
    .filter(([, names]) => names.length > 0)
    .map(([table, names]) => `GRANT SELECT (${names.map(quoted).join(', ')}) ON ${schema}.${table} TO ${role};`);
}

/** Lets the role see every row, in spite of row-level security on the table. */
export function policyStatement(table: string, { role, schema }: Pick<Names, 'role' | 'schema'>): string {
  return `CREATE POLICY sluice_reads_every_row ON ${schema}.${table} FOR SELECT TO ${role} USING (true);`;
}

/** Of the columns of Langfuse, those need quotes that have capitals or the name of a type. */
function quoted(column: string): string {
  return /[A-Z]|^timestamp$/.test(column) ? `"${column}"` : column;
}
