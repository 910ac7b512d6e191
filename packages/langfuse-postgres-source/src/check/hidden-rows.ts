import type { TableFacts } from './read-tables.js';

/** The tables of which row-level security may hide rows from the role. */
export function hiddenTables(tables: readonly TableFacts[]): readonly TableFacts[] {
  return tables.filter((table) => table.isSecured && !(table.isShown && table.restrictions.length === 0));
}

const KINDS: Readonly<Record<string, string>> = {
  v: 'a view',
  m: 'a materialized view',
  f: 'a foreign table',
};

/** Why a relation may lack rows that Langfuse's own table has; undefined if it is that table. */
export function notTheTable({ name, schema, kind, isPart, isLost }: TableFacts): string | undefined {
  const table = `${schema}.${name}`;
  if (kind !== 'r' && kind !== 'p') return `${table} is ${KINDS[kind] ?? 'not a table'}, which may lack rows`;
  if (isPart) return `${table} is a part of another table, which has more rows`;
  return isLost ? `${table} is an unlogged table, whose rows a replica does not have` : undefined;
}
