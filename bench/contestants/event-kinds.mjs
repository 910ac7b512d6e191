// The three kinds of events as somebody would write them in an afternoon: a query with joins, and an object literal with
// the properties of the shipped mapping. All contestants that deliver events read and map with these.
import { v5 as uuidV5 } from 'uuid';

const NAMESPACE = '0f6c91df-d035-4813-b838-9741ba38ef0b';
const LANGFUSE_URL = process.env.LANGFUSE_URL;

/** @type {readonly { query: string, toEvent: (row: object) => object }[]} */
export const EVENT_KINDS = [
  {
    query: `
      SELECT t.id, t.project_id, t."timestamp", t.name AS trace_name, t.user_id, t.session_id, t.release, t.tags, t.version,
        t.metadata -> '$posthog_session_id' AS posthog_session_id, totals.*
      FROM traces AS t
      LEFT JOIN LATERAL (
        SELECT count(*)::integer AS observation_count, COALESCE(sum(COALESCE(o.calculated_total_cost, o.total_cost)), 0) AS total_cost,
          extract(epoch FROM COALESCE(max(o.end_time), max(o.start_time)) - min(o.start_time))::float8 AS latency
        FROM observations AS o WHERE o.trace_id = t.id AND o.project_id = t.project_id
      ) AS totals ON true`,
    toEvent: (row) =>
      eventOf('langfuse trace', row, row.timestamp, {
        langfuse_url: `${projectUrl(row)}/traces/${encodeURIComponent(row.id)}`,
        langfuse_cost_usd: Number(row.total_cost),
        langfuse_count_observations: row.observation_count,
        langfuse_latency: row.latency,
        langfuse_version: row.version,
      }),
  },
  {
    query: `
      SELECT o.id, o.project_id, o.trace_id, o.start_time, o.name, o.model, o.level, o.version,
        o.prompt_tokens, o.completion_tokens, o.total_tokens, COALESCE(o.calculated_total_cost, o.total_cost) AS total_cost,
        extract(epoch FROM o.end_time - o.start_time)::float8 AS latency,
        extract(epoch FROM o.completion_start_time - o.start_time)::float8 AS time_to_first_token,
        t.name AS trace_name, t.user_id, t.session_id, t.release, t.tags,
        t.metadata -> '$posthog_session_id' AS posthog_session_id
      FROM observations AS o LEFT JOIN traces AS t ON t.id = o.trace_id AND t.project_id = o.project_id
      WHERE o.type = 'GENERATION'`,
    toEvent: (row) =>
      eventOf('langfuse generation', row, row.start_time, {
        langfuse_generation_name: row.name,
        langfuse_url: `${projectUrl(row)}/traces/${encodeURIComponent(row.trace_id)}?observation=${encodeURIComponent(row.id)}`,
        langfuse_cost_usd: row.total_cost === null ? null : Number(row.total_cost),
        langfuse_input_units: row.prompt_tokens,
        langfuse_output_units: row.completion_tokens,
        langfuse_total_units: row.total_tokens,
        langfuse_latency: row.latency,
        langfuse_time_to_first_token: row.time_to_first_token,
        langfuse_version: row.version,
        langfuse_model: row.model,
        langfuse_level: row.level,
      }),
  },
  {
    query: `
      SELECT s.id, s.project_id, s."timestamp", s.name, s.value, s.comment,
        t.name AS trace_name, t.user_id, t.session_id, t.release, t.tags,
        t.metadata -> '$posthog_session_id' AS posthog_session_id
      FROM scores AS s LEFT JOIN traces AS t ON t.id = s.trace_id AND t.project_id = s.project_id`,
    toEvent: (row) =>
      eventOf('langfuse score', row, row.timestamp, {
        langfuse_score_name: row.name,
        langfuse_score_value: row.value,
        langfuse_score_comment: row.comment,
      }),
  },
];

function eventOf(event, row, time, own) {
  const uuid = uuidV5(`${row.project_id}-${row.id}`, NAMESPACE);
  const isKnown = row.user_id !== null;
  return {
    event,
    uuid,
    distinctId: row.user_id ?? uuid,
    timestamp: time,
    properties: {
      timestamp: time.toISOString(),
      langfuse_id: row.id,
      langfuse_project_id: row.project_id,
      langfuse_trace_name: row.trace_name,
      langfuse_session_id: row.session_id,
      langfuse_user_id: row.user_id ?? 'langfuse_unknown_user',
      langfuse_release: row.release,
      langfuse_tags: row.tags,
      langfuse_event_version: '1.0.0',
      ...own,
      ...(row.posthog_session_id !== null && { $session_id: row.posthog_session_id }),
      ...(isKnown
        ? { $set: { langfuse_user_url: `${projectUrl(row)}/users/${encodeURIComponent(row.user_id)}` } }
        : { $process_person_profile: false }),
      $geoip_disable: true,
    },
  };
}

function projectUrl(row) {
  return `${LANGFUSE_URL}/project/${encodeURIComponent(row.project_id)}`;
}
