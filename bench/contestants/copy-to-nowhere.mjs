// Reads what has to be read, and throws it away: the narrow columns by COPY, the trace totals by the index. No joins
// between the tables. With CONNECTIONS=2, generations are read beside traces and scores.
import { pipeline } from 'node:stream/promises';
import { Writable } from 'node:stream';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';

const TRACES = `
  SELECT t.id, t.project_id, t."timestamp", t.name, t.user_id, t.session_id, t.release, t.tags, t.version,
    t.metadata -> '$posthog_session_id', totals.*
  FROM traces AS t
  LEFT JOIN LATERAL (
    SELECT count(*), COALESCE(sum(COALESCE(o.calculated_total_cost, o.total_cost)), 0),
      extract(epoch FROM COALESCE(max(o.end_time), max(o.start_time)) - min(o.start_time))::float8
    FROM observations AS o WHERE o.trace_id = t.id AND o.project_id = t.project_id
  ) AS totals ON true`;
const GENERATIONS = `
  SELECT id, project_id, trace_id, start_time, end_time, completion_start_time, name, model, level, version,
    prompt_tokens, completion_tokens, total_tokens, COALESCE(calculated_total_cost, total_cost)
  FROM observations WHERE type = 'GENERATION'`;
const SCORES = 'SELECT id, project_id, trace_id, "timestamp", name, value, comment FROM scores';

async function copy(queries) {
  const client = new pg.Client(process.env.DATABASE_URL);
  await client.connect();
  for (const query of queries) {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    await pipeline(client.query(copyTo(`COPY (${query}) TO STDOUT`)), nowhere);
  }
  await client.end();
}

const shares = process.env.CONNECTIONS === '2' ? [[TRACES, SCORES], [GENERATIONS]] : [[TRACES, GENERATIONS, SCORES]];
await Promise.all(shares.map(copy));
