import { allOf, raw, sql } from '@sluice/postgres';
import { inProjects, ofStream } from './record-conditions.js';
import type { PageQuery } from './record-page-query.js';
import { recordColumns, type RecordStatement } from './record-columns.js';
import { columnsOf } from './selection.js';

/** The records with the given keys, in any order. */
export function recordsByKeyQuery(
  query: Omit<PageQuery, 'window' | 'limit'>,
  keys: readonly string[],
): RecordStatement {
  const { stream, projects, selection } = query;
  const conditions = allOf([sql`r.id = ANY(${keys}::text[])`, ofStream(stream), inProjects('r', projects)]);
  const columns = recordColumns(selection);
  const statement = sql`SELECT ${columns.list}
FROM (SELECT ${raw(columnsOf(selection))} FROM ${raw(stream.table)} AS r WHERE ${conditions}) AS r
${selection.joins}`;
  return { ...statement, columns };
}
