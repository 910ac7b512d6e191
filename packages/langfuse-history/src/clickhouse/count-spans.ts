import type { ExpectedCounts } from '../expected-counts.js';
import { executeStatement } from './clickhouse-connection.js';
import { countNewest } from './count-newest.js';

/** The number of records of each stream in the spans of Langfuse v4, by SQL that shares nothing with the source. */
export async function countSpans(url: string): Promise<ExpectedCounts> {
  const { score } = await countNewest(url);
  const text = await executeStatement(
    url,
    `SELECT uniqExact((project_id, newest.3)), countIf(newest.2 = 'GENERATION')
    FROM (
      SELECT project_id, argMax((is_deleted, type, trace_id), event_ts) AS newest
      FROM events_full GROUP BY project_id, span_id HAVING newest.1 = 0
    )`,
  );
  const [trace, generation] = text.trim().split('\t').map(Number);
  return { trace: trace ?? 0, generation: generation ?? 0, score };
}
