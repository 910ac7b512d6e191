import type { EncodedEvent } from '@sluice/core/sink';
import { copyEvents } from '@sluice/core/text';
import { quotedName } from './identifier.js';
import { quotedTable, type TableName } from './table-name.js';
import type { Column } from './table-columns.js';

const COMMA = 0x2c;

/**
 * Writes any number of events with one parameter, a JSON array of rows. Postgres turns each value into the type that its
 * column has in the table, whoever made it. Selects how many rows were `written`: a trigger may leave out some.
 */
export function upsertStatement(table: TableName, columns: readonly Column[]): string {
  const names = columns.map(({ name }) => quotedName(name));
  const others = names.filter((name) => name !== '"event"' && name !== '"uuid"');
  return `WITH written AS (INSERT INTO ${quotedTable(table)} (${names.join(', ')}, "exported_at")
    SELECT ${names.map((name) => `sent.${name}`).join(', ')}, now()
    FROM jsonb_populate_recordset(NULL::${quotedTable(table)}, ?::jsonb) AS sent
    ON CONFLICT ("event", "uuid") DO UPDATE SET
      ${[...others, '"exported_at"'].map((name) => `${name} = EXCLUDED.${name}`).join(', ')}
    RETURNING 1) SELECT count(*)::int AS written FROM written`;
}

/** The rows as a JSON array, from the texts that the events have already. */
export function rowsText(events: readonly EncodedEvent[]): string {
  const rows = Buffer.allocUnsafe(events.reduce((sum, { bytes }) => sum + bytes + 1, 1));
  rows[0] = 0x5b;
  const end = copyEvents(events, COMMA, rows, 1);
  return `${rows.toString('utf8', 0, end)}]`;
}
