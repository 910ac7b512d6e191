import { SluiceError, type CheckResult } from '@sluice/core/adapter';
import { grantStatements, roleStatements, tableStatements, widenStatements } from './ddl.js';
import { quotedName } from './identifier.js';
import { quotedTable, type TableName } from './table-name.js';
import type { Column, ColumnType } from './table-columns.js';
import type { ColumnFacts, TableFacts } from './table-facts.js';

/** Types of a table that hold every value of a column, besides its own type, `text` and `jsonb`. */
const AS_GOOD: Partial<Record<ColumnType, readonly string[]>> = {
  text: ['character varying'],
  'double precision': ['numeric'],
  // The same numbers; only their sums gather small errors.
  numeric: ['double precision'],
  timestamptz: ['timestamp with time zone'],
  jsonb: ['json'],
};

/** The columns that a mapping has and the table has not. */
export function missingColumns(columns: readonly Column[], { columns: found }: TableFacts): readonly Column[] {
  const names = new Set(found.map(({ name }) => name));
  const exportedAt: Column = { name: 'exported_at', type: 'timestamptz' };
  return [...columns, exportedAt].filter(({ name }) => !names.has(name));
}

/** What can be said of the table before there is a mapping, as in `sluice init`. */
export function findingWithoutMapping(table: TableName, { found, isTable }: TableFacts): CheckResult {
  const shown = quotedTable(found ?? table);
  if (isTable) return { name: 'table', outcome: 'good', message: shown };
  if (found !== undefined) return notATable(shown);
  const fix = 'create it before the first run: sluice check --print-ddl prints the statements';
  return { name: 'table', outcome: 'unknown', message: `there is no table ${shown} yet`, fix };
}

/** Compares the table with what the mapping needs. */
export function tableFindings(table: TableName, columns: readonly Column[], facts: TableFacts): readonly CheckResult[] {
  const { found, isTable } = facts;
  const shown = quotedTable(found ?? table);
  if (found === undefined) {
    return [
      {
        name: 'table',
        outcome: 'bad',
        message: `there is no table ${shown}`,
        fix: 'create it, and let the role write to it',
        statements: [...tableStatements(table, columns), ...grantStatements(table, facts.role)].map(onOneLine),
      },
    ];
  }
  if (!isTable) return [notATable(shown)];
  return [
    { name: 'table', outcome: 'good', message: shown },
    columnsFinding(found, columns, facts),
    ...typeFindings(found, columns, facts.columns),
    ...requiredFindings(columns, facts.columns),
    rightsFinding(found, facts),
  ];
}

function notATable(shown: string): CheckResult {
  return {
    name: 'table',
    outcome: 'bad',
    message: `${shown} is not a table`,
    fix: 'write the name of a table as table',
  };
}

function columnsFinding(table: TableName, columns: readonly Column[], facts: TableFacts): CheckResult {
  const name = 'columns';
  const missing = missingColumns(columns, facts);
  if (missing.length === 0) {
    return { name, outcome: 'good', message: `the table has all ${columns.length + 1} columns of the mapping` };
  }
  return {
    name,
    outcome: 'bad',
    message: `the mapping has columns that the table does not have: ${missing.map((column) => column.name).join(', ')}`,
    fix: 'add them',
    statements: widenStatements(table, missing),
  };
}

function typeFindings(
  table: TableName,
  columns: readonly Column[],
  found: readonly ColumnFacts[],
): readonly CheckResult[] {
  const types = new Map(found.map(({ name, type }) => [name, type]));
  return columns.flatMap(({ name, type }): readonly CheckResult[] => {
    const actual = types.get(name);
    if (actual === undefined || [type, 'text', 'jsonb', ...(AS_GOOD[type] ?? [])].includes(actual)) return [];
    return [
      {
        name: `column ${name}`,
        outcome: 'warning',
        message: `it is ${actual}, and the mapping has ${type}: a value that does not fit is rounded or becomes a dead letter`,
        fix: 'change its type if that is not meant',
        statements: [`ALTER TABLE ${quotedTable(table)} ALTER COLUMN ${quotedName(name)} TYPE ${type};`],
      },
    ];
  });
}

function requiredFindings(columns: readonly Column[], found: readonly ColumnFacts[]): readonly CheckResult[] {
  const known = new Set(['exported_at', ...columns.map(({ name }) => name)]);
  const required = found.filter(({ name, isRequired }) => isRequired && !known.has(name)).map(({ name }) => name);
  if (required.length === 0) return [];
  return [
    {
      name: 'required columns',
      outcome: 'bad',
      message: `no event has a value for ${required.join(', ')}, which must not be null`,
      fix: 'give the column a default, or let it be null',
    },
  ];
}

function rightsFinding(table: TableName, facts: TableFacts): CheckResult {
  const name = 'rights';
  const { missingRights: missing, role, database, isPowerful } = facts;
  if (missing.length > 0) {
    return {
      name,
      outcome: 'bad',
      message: `the role ${role} lacks ${missing.join(', ')}`,
      fix: 'let the role write to the table',
      statements: grantStatements(table, role),
    };
  }
  if (!isPowerful) return { name, outcome: 'good', message: `the role ${role} can write events, and no more` };
  return {
    name,
    outcome: 'warning',
    message: `the role ${role} can do more with the table than write events`,
    fix: 'use a separate role',
    statements: roleStatements(table, database),
  };
}

/** A failed look is a finding; an abort and a bug are thrown. */
export async function asFindings(
  look: () => Promise<readonly CheckResult[]>,
  name: string,
  signal: AbortSignal | undefined,
): Promise<readonly CheckResult[]> {
  try {
    return await look();
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof SluiceError)) throw error;
    const fix = 'correct the url of the sink, or make sure that the database is up and can be written to';
    return [{ name, outcome: 'bad', message: error.message, fix }];
  }
}

function onOneLine(statement: string): string {
  return statement.replaceAll(/\s*\n\s*/g, ' ');
}
