import { epochMs, raw, sql, type Sql } from './sql.js';

const TABLES = ['traces', 'observations', 'scores'];

/** The creation time of the newest row of any project, by one index probe per table. */
export function newestQuery(): Sql {
  const newest = TABLES.map((table) => `(SELECT max(created_at) FROM ${table})`).join(', ');
  return sql`SELECT ${raw(epochMs('newest.at'))} FROM (SELECT GREATEST(${raw(newest)}) AS at) AS newest`;
}
