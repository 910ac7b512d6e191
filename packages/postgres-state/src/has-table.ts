import type { Query } from '@sluice/postgres';

/** Before the first run of this version, the tables are those of an earlier one. */
export async function hasTable(query: Query, schema: string, table: string): Promise<boolean> {
  const [found] = await query<{ readonly name: string | null }>('SELECT to_regclass(?) AS name', [
    `"${schema}".${table}`,
  ]);
  return found?.name !== null;
}
