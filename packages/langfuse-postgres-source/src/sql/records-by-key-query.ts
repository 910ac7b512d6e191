import { inProjects, ofStream } from './record-conditions.js';
import type { PageQuery } from './record-page-query.js';
import { columnsOf, CREATED_AT_MS } from './selection.js';
import { allOf, joined, raw, sql, type Sql } from './sql.js';

/** The records with the given keys, in any order. Rows start with the key. */
export function recordsByKeyQuery(query: Omit<PageQuery, 'window' | 'limit'>, keys: readonly string[]): Sql {
  const { stream, projects, selection } = query;
  const conditions = allOf([sql`r.id = ANY(${keys}::text[])`, ofStream(stream), inProjects('r', projects)]);
  return sql`SELECT ${joined([raw('r.id'), CREATED_AT_MS, ...selection.values], ', ')}
FROM (SELECT ${raw(columnsOf(selection))} FROM ${raw(stream.table)} AS r WHERE ${conditions}) AS r
${selection.joins}`;
}
