import { raw, sql, type Sql } from '../sql/sql.js';

/** The newest versions of traces as what other records take values from. What names no trace has none. */
export function joinedTraces(traces: Sql, columns: readonly string[]): Sql {
  const values = [...new Set(columns)].filter((name) => name !== 'id').map((name) => `, ${name} AS t_${name}`);
  return sql`SELECT project_id AS t_project, id AS t_id, 1 AS t_found${raw(values.join(''))}
FROM (${traces})
WHERE is_deleted = 0 AND id != ''`;
}
