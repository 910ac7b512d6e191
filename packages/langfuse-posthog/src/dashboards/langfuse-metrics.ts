import type { ChartDescription } from '@sluice/core/preset';
import { LANGFUSE_FAMILY } from './event-family.js';

const { trace, generation, score, hasUser } = LANGFUSE_FAMILY;

/** What an LLM costs and how well it works, by the events of Langfuse's own integration. */
export const LANGFUSE_METRICS: readonly ChartDescription[] = [
  {
    id: 'traces',
    name: 'Traces and their users',
    doc: 'Per day.',
    events: [trace],
    query: `SELECT
  toStartOfDay(timestamp) AS day,
  count() AS traces,
  uniqIf(person_id, ${hasUser()}) AS users
FROM events
WHERE event = '${trace}' AND timestamp >= now() - INTERVAL 30 DAY
GROUP BY day
ORDER BY day
LIMIT 10000`,
    drawn: { as: 'lines', x: 'day', y: ['traces', 'users'] },
  },
  {
    id: 'cost',
    name: 'Cost',
    doc: 'Of traces, in US dollars per day.',
    events: [trace],
    query: `SELECT
  toStartOfDay(timestamp) AS day,
  round(sum(toFloat(properties.langfuse_cost_usd)), 4) AS cost_usd
FROM events
WHERE event = '${trace}' AND timestamp >= now() - INTERVAL 30 DAY
GROUP BY day
ORDER BY day
LIMIT 10000`,
    drawn: { as: 'bars', x: 'day', y: ['cost_usd'] },
  },
  {
    id: 'cost-by-model',
    name: 'Cost by model',
    doc: 'Of generations in the last 30 days, in US dollars. Generations without a known cost are counted separately.',
    events: [generation],
    query: `SELECT
  properties.langfuse_model AS model,
  count() AS generations,
  round(sum(toFloat(properties.langfuse_cost_usd)), 4) AS cost_usd,
  countIf(properties.langfuse_cost_usd IS NULL) AS without_cost
FROM events
WHERE event = '${generation}' AND timestamp >= now() - INTERVAL 30 DAY
GROUP BY model
ORDER BY cost_usd DESC
LIMIT 50`,
  },
  {
    id: 'cost-by-user',
    name: 'Cost by user',
    doc: 'The 50 most expensive users of the last 30 days, in US dollars.',
    events: [trace],
    query: `SELECT
  properties.langfuse_user_id AS user,
  count() AS traces,
  round(sum(toFloat(properties.langfuse_cost_usd)), 4) AS cost_usd
FROM events
WHERE event = '${trace}' AND timestamp >= now() - INTERVAL 30 DAY
  AND ${hasUser()}
GROUP BY user
ORDER BY cost_usd DESC
LIMIT 50`,
  },
  {
    id: 'tokens',
    name: 'Tokens',
    doc: 'Prompt and completion tokens per day.',
    events: [generation],
    query: `SELECT
  toStartOfDay(timestamp) AS day,
  sum(toFloat(properties.langfuse_input_units)) AS input_tokens,
  sum(toFloat(properties.langfuse_output_units)) AS output_tokens
FROM events
WHERE event = '${generation}' AND timestamp >= now() - INTERVAL 30 DAY
GROUP BY day
ORDER BY day
LIMIT 10000`,
    drawn: { as: 'bars', x: 'day', y: ['input_tokens', 'output_tokens'] },
  },
  {
    id: 'latency-by-model',
    name: 'Latency by model',
    doc: 'Of generations in the last 7 days, in seconds, with the time to first token of streamed answers.',
    events: [generation],
    query: `SELECT
  properties.langfuse_model AS model,
  round(quantile(0.5)(toFloat(properties.langfuse_latency)), 2) AS median_s,
  round(quantile(0.95)(toFloat(properties.langfuse_latency)), 2) AS p95_s,
  round(quantile(0.95)(toFloat(properties.langfuse_time_to_first_token)), 2) AS first_token_p95_s
FROM events
WHERE event = '${generation}' AND timestamp >= now() - INTERVAL 7 DAY
GROUP BY model
ORDER BY p95_s DESC
LIMIT 50`,
  },
  {
    id: 'errors',
    name: 'Errors',
    doc: 'Percentage of generations with level ERROR, per day.',
    events: [generation],
    query: `SELECT
  toStartOfDay(timestamp) AS day,
  round(100 * countIf(properties.langfuse_level = 'ERROR') / count(), 2) AS errors_percent
FROM events
WHERE event = '${generation}' AND timestamp >= now() - INTERVAL 30 DAY
GROUP BY day
ORDER BY day
LIMIT 10000`,
    drawn: { as: 'lines', x: 'day', y: ['errors_percent'] },
  },
  {
    id: 'scores',
    name: 'Scores',
    doc: 'Average and count of each score, per week.',
    events: [score],
    query: `SELECT
  toStartOfWeek(timestamp) AS week,
  properties.langfuse_score_name AS score,
  round(avg(toFloat(properties.langfuse_score_value)), 3) AS average,
  count() AS scores
FROM events
WHERE event = '${score}' AND timestamp >= now() - INTERVAL 90 DAY
GROUP BY week, score
ORDER BY week DESC, score
LIMIT 1000`,
  },
  {
    id: 'traces-by-name',
    name: 'Traces by name',
    doc: 'Count, size, latency and cost of the traces of the last 30 days, by name.',
    events: [trace],
    query: `SELECT
  properties.langfuse_trace_name AS trace_name,
  count() AS traces,
  round(avg(toFloat(properties.langfuse_count_observations)), 1) AS observations_per_trace,
  round(avg(toFloat(properties.langfuse_latency)), 2) AS latency_s,
  round(avg(toFloat(properties.langfuse_cost_usd)), 5) AS cost_usd_per_trace
FROM events
WHERE event = '${trace}' AND timestamp >= now() - INTERVAL 30 DAY
GROUP BY trace_name
ORDER BY traces DESC
LIMIT 50`,
  },
];
