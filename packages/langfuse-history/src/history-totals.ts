import { Client } from 'pg';

/** What the observations of a history hold in total, deleted ones left out. */
export interface HistoryTotals {
  readonly generations: number;
  readonly embeddings: number;
  /** Observations of every other type. */
  readonly otherSteps: number;
  /** Of generations and embeddings. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of generations and embeddings whose cost Langfuse knows. */
  readonly costUsd: number;
  /** Of observations without a parent. */
  readonly latencySeconds: number;
  readonly errors: number;
  readonly sessions: number;
  /** The part of `costUsd` that was spent in sessions. */
  readonly sessionCostUsd: number;
}

const CALLS = "type IN ('GENERATION', 'EMBEDDING')";

/**
 * The sums over a query of observations with the columns `type`, `level`, `parent_id`, `session_id` (empty for none),
 * `input_tokens`, `output_tokens`, `cost` and `latency`, in the order of `HistoryTotals`; for Postgres and ClickHouse.
 */
export function totalsSql(observations: string): string {
  return `SELECT
    count(*) FILTER (WHERE type = 'GENERATION') AS a,
    count(*) FILTER (WHERE type = 'EMBEDDING') AS b,
    count(*) FILTER (WHERE NOT ${CALLS}) AS c,
    sum(input_tokens) FILTER (WHERE ${CALLS}) AS d,
    sum(output_tokens) FILTER (WHERE ${CALLS}) AS e,
    sum(cost) FILTER (WHERE ${CALLS}) AS f,
    sum(latency) FILTER (WHERE parent_id = '') AS g,
    count(*) FILTER (WHERE level = 'ERROR') AS h,
    count(DISTINCT session_id) FILTER (WHERE session_id <> '') AS i,
    sum(cost) FILTER (WHERE ${CALLS} AND session_id <> '') AS j
    FROM (${observations}) AS observation`;
}

/** From the values of the row of `totalsSql`. */
export function totalsOf(values: readonly unknown[]): HistoryTotals {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0, j = 0] = values.map(Number);
  return {
    generations: a,
    embeddings: b,
    otherSteps: c,
    inputTokens: d,
    outputTokens: e,
    costUsd: f,
    latencySeconds: g,
    errors: h,
    sessions: i,
    sessionCostUsd: j,
  };
}

/** The totals of Langfuse v2, by SQL that shares nothing with the source. */
export async function databaseTotals(url: string): Promise<HistoryTotals> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(
      totalsSql(`
        SELECT o.type::text AS type, o.level::text AS level, coalesce(o.parent_observation_id, '') AS parent_id,
          coalesce(t.session_id, '') AS session_id, o.prompt_tokens AS input_tokens, o.completion_tokens AS output_tokens,
          o.calculated_total_cost AS cost, o.latency
        FROM observations_view o LEFT JOIN traces t ON t.id = o.trace_id AND t.project_id = o.project_id`),
    );
    return totalsOf(Object.values(rows[0] ?? {}));
  } finally {
    await client.end();
  }
}
