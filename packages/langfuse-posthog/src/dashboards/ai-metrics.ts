import type { ChartDescription } from '@sluice/core/preset';
import { AI_FAMILY } from './event-family.js';

const { trace, generation, score, hasUser } = AI_FAMILY;
const FEEDBACK = '$ai_feedback';

/** Calls to models. PostHog's AI pages count the cost of these alone: https://posthog.com/docs/ai-observability. */
const IS_CALL = `event IN ('${generation}', '$ai_embedding')`;

/** What an LLM costs and how well it works, by the events that PostHog's AI pages read. */
export const AI_METRICS: readonly ChartDescription[] = [
  {
    id: 'traces',
    name: 'AI traces and their users',
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
    name: 'AI cost',
    doc: 'Of generations and embeddings, in US dollars per day. Where none was sent, PostHog estimates it.',
    events: [generation],
    query: `SELECT
  toStartOfDay(timestamp) AS day,
  round(sum(toFloat(properties.$ai_total_cost_usd)), 4) AS cost_usd
FROM events
WHERE ${IS_CALL} AND timestamp >= now() - INTERVAL 30 DAY
GROUP BY day
ORDER BY day
LIMIT 10000`,
    drawn: { as: 'bars', x: 'day', y: ['cost_usd'] },
  },
  {
    id: 'cost-by-model',
    name: 'AI cost by model and provider',
    doc: 'Of generations and embeddings in the last 30 days, in US dollars. Calls without a cost are counted separately.',
    events: [generation],
    query: `SELECT
  properties.$ai_model AS model,
  properties.$ai_provider AS provider,
  count() AS calls,
  round(sum(toFloat(properties.$ai_total_cost_usd)), 4) AS cost_usd,
  countIf(properties.$ai_total_cost_usd IS NULL) AS without_cost
FROM events
WHERE ${IS_CALL} AND timestamp >= now() - INTERVAL 30 DAY
GROUP BY model, provider
ORDER BY cost_usd DESC
LIMIT 50`,
  },
  {
    id: 'cost-by-user',
    name: 'AI cost by user',
    doc: 'The 50 most expensive users of the last 30 days, in US dollars.',
    events: [generation],
    query: `SELECT
  distinct_id AS user,
  count() AS calls,
  round(sum(toFloat(properties.$ai_total_cost_usd)), 4) AS cost_usd
FROM events
WHERE ${IS_CALL} AND timestamp >= now() - INTERVAL 30 DAY
  AND ${hasUser()}
GROUP BY user
ORDER BY cost_usd DESC
LIMIT 50`,
  },
  {
    id: 'tokens',
    name: 'AI tokens',
    doc: 'Input and output tokens of generations and embeddings per day.',
    events: [generation],
    query: `SELECT
  toStartOfDay(timestamp) AS day,
  sum(toFloat(properties.$ai_input_tokens)) AS input_tokens,
  sum(toFloat(properties.$ai_output_tokens)) AS output_tokens
FROM events
WHERE ${IS_CALL} AND timestamp >= now() - INTERVAL 30 DAY
GROUP BY day
ORDER BY day
LIMIT 10000`,
    drawn: { as: 'bars', x: 'day', y: ['input_tokens', 'output_tokens'] },
  },
  {
    id: 'latency-by-model',
    name: 'AI latency by model',
    doc: 'Of generations in the last 7 days, in seconds, with the time to first token of streamed answers.',
    events: [generation],
    query: `SELECT
  properties.$ai_model AS model,
  round(quantile(0.5)(toFloat(properties.$ai_latency)), 2) AS median_s,
  round(quantile(0.95)(toFloat(properties.$ai_latency)), 2) AS p95_s,
  round(quantile(0.99)(toFloat(properties.$ai_latency)), 2) AS p99_s,
  round(quantile(0.95)(toFloat(properties.$ai_time_to_first_token)), 2) AS first_token_p95_s
FROM events
WHERE event = '${generation}' AND timestamp >= now() - INTERVAL 7 DAY
GROUP BY model
ORDER BY p95_s DESC
LIMIT 50`,
  },
  {
    id: 'errors',
    name: 'AI errors',
    doc: 'Percentage of generations that failed, per day.',
    events: [generation],
    query: `SELECT
  toStartOfDay(timestamp) AS day,
  round(100 * countIf(toString(properties.$ai_is_error) IN ('true', '1')) / count(), 2) AS errors_percent
FROM events
WHERE event = '${generation}' AND timestamp >= now() - INTERVAL 30 DAY
GROUP BY day
ORDER BY day
LIMIT 10000`,
    drawn: { as: 'lines', x: 'day', y: ['errors_percent'] },
  },
  {
    id: 'metrics',
    name: 'AI metrics',
    doc: 'Count of each metric per week, and the average of those that are numbers.',
    events: [score],
    query: `SELECT
  toStartOfWeek(timestamp) AS week,
  properties.$ai_metric_name AS metric,
  round(avg(toFloat(properties.langfuse_score_value)), 3) AS average,
  count() AS metrics
FROM events
WHERE event = '${score}' AND timestamp >= now() - INTERVAL 90 DAY
GROUP BY week, metric
ORDER BY week DESC, metric
LIMIT 1000`,
  },
  {
    id: 'feedback-texts',
    name: 'AI feedback',
    doc: 'The 100 newest texts of feedback.',
    events: [FEEDBACK],
    query: `SELECT
  timestamp,
  properties.$ai_trace_id AS trace_id,
  properties.$ai_feedback_text AS feedback
FROM events
WHERE event = '${FEEDBACK}' AND timestamp >= now() - INTERVAL 90 DAY
ORDER BY timestamp DESC
LIMIT 100`,
  },
  {
    id: 'generations-by-name',
    name: 'Generations by name',
    doc: 'Count, tokens, latency and cost of the generations of the last 30 days, by name.',
    events: [generation],
    query: `SELECT
  properties.$ai_span_name AS generation_name,
  count() AS generations,
  round(avg(${AI_FAMILY.tokens}), 1) AS tokens_per_generation,
  round(avg(toFloat(properties.$ai_latency)), 2) AS latency_s,
  round(avg(toFloat(properties.$ai_total_cost_usd)), 5) AS cost_usd_per_generation
FROM events
WHERE event = '${generation}' AND timestamp >= now() - INTERVAL 30 DAY
GROUP BY generation_name
ORDER BY generations DESC
LIMIT 50`,
  },
];
