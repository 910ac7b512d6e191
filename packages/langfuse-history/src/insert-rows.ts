/** The part of a pg client that inserting needs. */
export interface SqlClient {
  query(text: string, values?: readonly unknown[]): Promise<unknown>;
}

const ROWS_PER_STATEMENT = 5000;

/** Inserts rows of one table, in few statements. A column that only some rows name is null in the others. */
export async function insertRows(client: SqlClient, table: string, rows: readonly object[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const part = rows.slice(start, start + ROWS_PER_STATEMENT);
    const columns = [...new Set(part.flatMap(Object.keys))].map((column) => `"${column}"`);
    const text = `
      INSERT INTO ${table} (${columns.join(', ')})
      SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`;
    await client.query(text, [JSON.stringify(part)]);
  }
}

/** Creates the projects that rows refer to, in one organization. */
export async function insertProjects(
  client: SqlClient,
  projects: readonly { readonly id: string; readonly name: string }[],
): Promise<void> {
  await client.query(`INSERT INTO organizations (id, name) VALUES ('org-1', 'Example') ON CONFLICT DO NOTHING`);
  await insertRows(
    client,
    'projects',
    projects.map((project) => ({ created_at: '2025-01-01', updated_at: '2025-01-01', ...project, org_id: 'org-1' })),
  );
}
