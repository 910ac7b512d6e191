import type { JsonValue } from '@sluice/core/adapter';
import { postgresFailure, type Database } from '@sluice/postgres';
import { quotedName } from './identifier.js';
import { quotedTable, type TableName } from './table-name.js';

/**
 * The column whose value Postgres cannot turn into its type, which the error does not say: tries the values of a row one
 * after another. Undefined if each value is fine alone, as with a constraint, or if it cannot be found out now.
 */
export async function rejectedColumn(
  database: Database,
  table: TableName,
  row: Readonly<Record<string, JsonValue>>,
): Promise<string | undefined> {
  for (const [column, value] of Object.entries(row)) {
    const statement = `SELECT sent.${quotedName(column)} IS NULL
      FROM jsonb_populate_recordset(NULL::${quotedTable(table)}, ?::jsonb) AS sent`;
    try {
      await database.read((query) => query(statement, [JSON.stringify([{ [column]: value }])]));
    } catch (error) {
      return /^(?:22|54)/.test(postgresFailure(error)?.code ?? '') ? column : undefined;
    }
  }
  return undefined;
}
