import type { ExpectedCounts } from '../expected-counts.js';
import { executeStatement } from './clickhouse-connection.js';

/** The number of records of each stream in the tables of Langfuse v3, by SQL that shares nothing with the source. */
export async function countNewest(url: string): Promise<ExpectedCounts> {
  const counted = async (table: string, column: string, values: readonly string[]): Promise<number> => {
    const text = await executeStatement(
      url,
      `SELECT countIf(newest.1 = 0 AND newest.2 IN (${values.map((value) => `'${value}'`).join(', ')}))
      FROM (SELECT argMax((is_deleted, ${column}), event_ts) AS newest FROM ${table} GROUP BY project_id, id)`,
    );
    return Number(text);
  };
  return {
    trace: await counted('traces', "''", ['']),
    generation: await counted('observations', 'type', ['GENERATION']),
    score: await counted('scores', 'data_type', ['NUMERIC', 'BOOLEAN', 'CATEGORICAL', 'TEXT']),
  };
}
