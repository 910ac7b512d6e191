import type { ChartDescription } from '@sluice/core/preset';
import { isOfProduct, type EventFamily } from './event-family.js';

/** An event that only the reader can know. */
const CONVERSION = 'purchase completed';

/** The four questions of Langfuse's page on its integration with PostHog. */
export function fourQuestions(family: EventFamily): readonly ChartDescription[] {
  return [engagement(family), retention(family), conversion(family), feedback(family)];
}

function engagement({ trace, generation, tokens, hasUser }: EventFamily): ChartDescription {
  return {
    id: 'engagement',
    name: 'Are the most active users the ones most engaged with the LLM?',
    doc: 'The 50 most active users of the last 30 days and their LLM use.',
    events: [trace, generation],
    query: `SELECT
  person_id,
  countIf(${isOfProduct()}) AS product_events,
  countIf(event = '${trace}') AS llm_traces,
  sumIf(${tokens}, event = '${generation}') AS llm_tokens
FROM events
WHERE timestamp >= now() - INTERVAL 30 DAY
  AND ${hasUser()}
GROUP BY person_id
ORDER BY product_events DESC
LIMIT 50`,
  };
}

function retention({ trace }: EventFamily): ChartDescription {
  return {
    id: 'retention',
    name: 'Do users of the LLM have higher retention?',
    doc: 'Users first seen four to eight weeks ago, split by LLM use in their first week: the share active in the fourth week.',
    events: [trace],
    query: `SELECT
  if(llm_in_first_week > 0, 'used the LLM', 'did not') AS first_week,
  count() AS users,
  round(100 * countIf(active_in_fourth_week > 0) / count(), 1) AS retained_percent
FROM (
  SELECT
    events.person_id AS user,
    countIf(events.event = '${trace}' AND events.timestamp < seen.first_at + INTERVAL 7 DAY) AS llm_in_first_week,
    countIf(
      ${isOfProduct('events.')}
      AND events.timestamp >= seen.first_at + INTERVAL 21 DAY
      AND events.timestamp < seen.first_at + INTERVAL 28 DAY
    ) AS active_in_fourth_week
  FROM events
  INNER JOIN (
    SELECT person_id, min(timestamp) AS first_at
    FROM events
    WHERE ${isOfProduct()}
    GROUP BY person_id
    HAVING first_at >= now() - INTERVAL 56 DAY AND first_at < now() - INTERVAL 28 DAY
  ) AS seen ON events.person_id = seen.person_id
  WHERE events.timestamp >= now() - INTERVAL 56 DAY
  GROUP BY events.person_id
)
GROUP BY first_week
ORDER BY first_week`,
    drawn: { as: 'bars', x: 'first_week', y: ['retained_percent'] },
  };
}

function conversion({ trace, hasUser }: EventFamily): ChartDescription {
  return {
    id: 'conversion',
    name: 'How does the LLM affect conversion?',
    doc: `Users of the last 30 days, split by LLM use before conversion. Replace \`${CONVERSION}\` with your own event.`,
    events: [trace],
    query: `SELECT
  if(llm_before > 0, 'used the LLM before', 'did not') AS llm,
  count() AS users,
  round(100 * countIf(converted_at IS NOT NULL) / count(), 1) AS converted_percent
FROM (
  SELECT
    events.person_id AS user,
    any(conversions.first_at) AS converted_at,
    countIf(
      events.event = '${trace}'
      AND (conversions.first_at IS NULL OR events.timestamp < conversions.first_at)
    ) AS llm_before
  FROM events
  LEFT JOIN (
    SELECT person_id, toNullable(min(timestamp)) AS first_at
    FROM events
    WHERE event = '${CONVERSION}' AND timestamp >= now() - INTERVAL 30 DAY
    GROUP BY person_id
  ) AS conversions ON events.person_id = conversions.person_id
  WHERE events.timestamp >= now() - INTERVAL 30 DAY
    AND ${hasUser('events.')}
  GROUP BY events.person_id
)
GROUP BY llm
ORDER BY llm`,
    drawn: { as: 'bars', x: 'llm', y: ['converted_percent'] },
  };
}

function feedback({ score, scoreName, scoreValue, hasUser }: EventFamily): ChartDescription {
  return {
    id: 'feedback',
    name: 'Does feedback correlate with behaviour?',
    doc: 'Users scored in the last 30 days, by their average for each score: their use of the product.',
    events: [score],
    query: `SELECT
  score_name,
  round(average_score, 1) AS score,
  count() AS users,
  round(avg(product_events), 1) AS product_events_per_user
FROM (
  SELECT scores.user AS user, scores.score_name AS score_name, scores.average_score AS average_score,
    activity.product_events AS product_events
  FROM (
    SELECT
      person_id AS user,
      ${scoreName} AS score_name,
      avg(${scoreValue}) AS average_score
    FROM events
    WHERE event = '${score}' AND timestamp >= now() - INTERVAL 30 DAY
      AND ${hasUser()}
    GROUP BY user, score_name
  ) AS scores
  INNER JOIN (
    SELECT person_id, countIf(${isOfProduct()}) AS product_events
    FROM events
    WHERE timestamp >= now() - INTERVAL 30 DAY
    GROUP BY person_id
  ) AS activity ON scores.user = activity.person_id
)
GROUP BY score_name, score
ORDER BY score_name, score`,
  };
}
