import { quotedName, quotedText } from './identifier.js';
import { quotedTable, type TableName } from './table-name.js';
import type { Column } from './table-columns.js';

/** Makes the table. Statements that are printed, for a person to run: a sink never changes a database by itself. */
export function tableStatements(table: TableName, columns: readonly Column[]): readonly string[] {
  const name = quotedTable(table);
  const lines = [
    ...columns.map((column) => `  ${quotedName(column.name)} ${column.type}${isKey(column) ? ' NOT NULL' : ''},`),
    '  "exported_at" timestamptz NOT NULL DEFAULT now(),',
    '  PRIMARY KEY ("event", "uuid")',
  ];
  return [
    ...(table.schema === undefined || table.schema === 'public'
      ? []
      : [`CREATE SCHEMA IF NOT EXISTS ${quotedName(table.schema)};`]),
    `CREATE TABLE ${name} (\n${lines.join('\n')}\n);`,
    ...columns.flatMap(({ name: column, doc }) =>
      doc === undefined ? [] : [`COMMENT ON COLUMN ${name}.${quotedName(column)} IS ${quotedText(doc)};`],
    ),
  ];
}

/** Adds the columns that a mapping has and the table has not. */
export function widenStatements(table: TableName, columns: readonly Column[]): readonly string[] {
  return columns.map(
    ({ name, type }) => `ALTER TABLE ${quotedTable(table)} ADD COLUMN ${quotedName(name)} ${addedType(name, type)};`,
  );
}

/** Makes the role of the sink. */
export function roleStatements(table: TableName, database: string): readonly string[] {
  return [
    `CREATE ROLE sluice_writer LOGIN PASSWORD '…';`,
    `GRANT CONNECT ON DATABASE ${database} TO sluice_writer;`,
    ...grantStatements(table, 'sluice_writer'),
  ];
}

/** Lets a role write the events, and nothing else. */
export function grantStatements(table: TableName, role: string): readonly string[] {
  return [
    ...(table.schema === undefined ? [] : [`GRANT USAGE ON SCHEMA ${quotedName(table.schema)} TO ${role};`]),
    `GRANT SELECT, INSERT, UPDATE ON ${quotedTable(table)} TO ${role};`,
  ];
}

function isKey({ name }: Column): boolean {
  return name === 'event' || name === 'uuid';
}

function addedType(name: string, type: string): string {
  return name === 'exported_at' ? `${type} NOT NULL DEFAULT now()` : type;
}
