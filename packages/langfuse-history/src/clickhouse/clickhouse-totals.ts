import { totalsOf, totalsSql, type HistoryTotals } from '../history-totals.js';
import type { LangfuseVersion } from './clickhouse-schema.js';
import { executeStatement } from './clickhouse-connection.js';

const COLUMNS = `version.2 AS type, version.3 AS level, ifNull(version.4, '') AS parent_id,
  version.5['input'] AS input_tokens, version.5['output'] AS output_tokens, version.6 AS cost,
  dateDiff('millisecond', version.7, version.8) / 1000 AS latency`;

/** The newest version of each observation of v3, with the session of its trace. */
const OBSERVATIONS = `
  SELECT ${COLUMNS}, session_id
  FROM (
    SELECT project_id, argMax((is_deleted, type, level, parent_observation_id, usage_details, total_cost, start_time,
      end_time, trace_id), event_ts) AS version
    FROM observations GROUP BY project_id, id HAVING version.1 = 0
  ) AS newest
  LEFT JOIN (
    SELECT project_id, id, ifNull(argMax(tuple(session_id), event_ts).1, '') AS session_id
    FROM traces GROUP BY project_id, id
  ) AS trace ON trace.project_id = newest.project_id AND trace.id = newest.version.9`;

/** The newest version of each span of v4. */
const SPANS = `
  SELECT ${COLUMNS}, version.9 AS session_id
  FROM (
    SELECT argMax((is_deleted, type, level, parent_span_id, usage_details, cost_details['total'], start_time,
      end_time, session_id), event_ts) AS version
    FROM events_full GROUP BY project_id, span_id HAVING version.1 = 0
  )`;

/** The totals of Langfuse v3, or of v4 that writes spans alone, by SQL that shares nothing with the source. */
export async function clickHouseTotals(url: string, version: LangfuseVersion): Promise<HistoryTotals> {
  const text = await executeStatement(url, totalsSql(version === 'v4' ? SPANS : OBSERVATIONS));
  return totalsOf(text.trim().split('\t'));
}
