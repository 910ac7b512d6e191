import { executeStatement } from './clickhouse-connection.js';

/**
 * Inserts rows of one table by name. A column that a row does not name has its default. Versions of one record come with
 * separate statements, in the given order: ClickHouse keeps only the newest of those that come together.
 */
export async function insertVersions(url: string, table: string, rows: readonly object[]): Promise<void> {
  const counts = new Map<string, number>();
  const statements: string[][] = [];
  for (const row of rows) {
    const record = recordOf(row);
    const earlier = counts.get(record) ?? 0;
    counts.set(record, earlier + 1);
    (statements[earlier] ??= []).push(JSON.stringify(row));
  }
  for (const lines of statements) {
    await executeStatement(url, `INSERT INTO ${table} FORMAT JSONEachRow`, lines.join('\n'));
  }
}

function recordOf(row: object): string {
  const [project, id, span]: unknown[] = ['project_id', 'id', 'span_id'].map((name) => Reflect.get(row, name));
  return `${String(project)}/${String(id ?? span)}`;
}
