/**
 * The part of a Langfuse v2.95 database that the source reads: tables, types and indexes as Langfuse creates them, and `observations_view`, which defines what an observation costs and how long it took.
 */
export const LANGFUSE_SCHEMA_SQL = `
CREATE TYPE "ObservationType" AS ENUM ('SPAN', 'EVENT', 'GENERATION');
CREATE TYPE "ObservationLevel" AS ENUM ('DEBUG', 'DEFAULT', 'WARNING', 'ERROR');
CREATE TYPE "ScoreSource" AS ENUM ('ANNOTATION', 'API', 'EVAL');
CREATE TYPE "ScoreDataType" AS ENUM ('CATEGORICAL', 'NUMERIC', 'BOOLEAN');

CREATE TABLE organizations (
  id text PRIMARY KEY,
  name text NOT NULL,
  created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  cloud_config jsonb
);

CREATE TABLE projects (
  id text PRIMARY KEY,
  created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  name text NOT NULL,
  updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  org_id text NOT NULL REFERENCES organizations (id) ON DELETE CASCADE
);
CREATE INDEX projects_org_id_idx ON projects (org_id);

CREATE TABLE traces (
  id text PRIMARY KEY,
  "timestamp" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  name text,
  project_id text NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  metadata jsonb,
  external_id text,
  user_id text,
  release text,
  version text,
  public boolean NOT NULL DEFAULT false,
  bookmarked boolean NOT NULL DEFAULT false,
  input jsonb,
  output jsonb,
  session_id text,
  tags text[] DEFAULT ARRAY[]::text[],
  created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX traces_project_id_timestamp_idx ON traces (project_id, "timestamp");
CREATE INDEX traces_timestamp_idx ON traces ("timestamp");
CREATE INDEX traces_created_at_idx ON traces (created_at);
CREATE INDEX traces_session_id_idx ON traces (session_id);
CREATE INDEX traces_name_idx ON traces (name);
CREATE INDEX traces_user_id_idx ON traces (user_id);
CREATE INDEX traces_id_user_id_idx ON traces (id, user_id);
CREATE INDEX traces_tags_idx ON traces USING gin (tags);

CREATE TABLE prompts (
  id text PRIMARY KEY,
  created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  project_id text NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  created_by text NOT NULL,
  name text NOT NULL,
  version integer NOT NULL,
  is_active boolean,
  prompt jsonb,
  type text NOT NULL DEFAULT 'text',
  config jsonb NOT NULL DEFAULT '{}',
  tags text[] DEFAULT ARRAY[]::text[],
  labels text[] DEFAULT ARRAY[]::text[],
  UNIQUE (project_id, name, version)
);
CREATE INDEX prompts_created_at_idx ON prompts (created_at);

CREATE TABLE models (
  id text PRIMARY KEY,
  created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  project_id text REFERENCES projects (id) ON DELETE CASCADE,
  model_name text NOT NULL,
  match_pattern text NOT NULL,
  start_date timestamp(3),
  input_price numeric(65,30),
  output_price numeric(65,30),
  total_price numeric(65,30),
  unit text,
  tokenizer_config jsonb,
  tokenizer_id text,
  UNIQUE (project_id, model_name, start_date, unit)
);
CREATE INDEX models_model_name_idx ON models (model_name);

CREATE TABLE observations (
  id text PRIMARY KEY,
  name text,
  start_time timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  end_time timestamp(3),
  parent_observation_id text,
  type "ObservationType" NOT NULL,
  trace_id text,
  metadata jsonb,
  model text,
  "modelParameters" jsonb,
  input jsonb,
  output jsonb,
  level "ObservationLevel" NOT NULL DEFAULT 'DEFAULT',
  status_message text,
  completion_start_time timestamp(3),
  completion_tokens integer NOT NULL DEFAULT 0,
  prompt_tokens integer NOT NULL DEFAULT 0,
  total_tokens integer NOT NULL DEFAULT 0,
  version text,
  project_id text NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  unit text,
  prompt_id text,
  input_cost numeric(65,30),
  output_cost numeric(65,30),
  total_cost numeric(65,30),
  internal_model text,
  updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  calculated_input_cost numeric(65,30),
  calculated_output_cost numeric(65,30),
  calculated_total_cost numeric(65,30),
  internal_model_id text,
  UNIQUE (id, project_id)
);
CREATE INDEX observations_created_at_idx ON observations (created_at);
CREATE INDEX observations_start_time_idx ON observations (start_time);
CREATE INDEX observations_project_id_start_time_type_idx ON observations (project_id, start_time, type);
CREATE INDEX observations_trace_id_project_id_start_time_idx ON observations (trace_id, project_id, start_time);
CREATE INDEX observations_trace_id_project_id_type_start_time_idx
  ON observations (trace_id, project_id, type, start_time);
CREATE INDEX observations_project_id_internal_model_start_time_unit_idx
  ON observations (project_id, internal_model, start_time, unit);
CREATE INDEX observations_project_id_prompt_id_idx ON observations (project_id, prompt_id);
CREATE INDEX observations_prompt_id_idx ON observations (prompt_id);
CREATE INDEX observations_type_idx ON observations (type);
CREATE INDEX observations_model_idx ON observations (model);
CREATE INDEX observations_internal_model_idx ON observations (internal_model);

CREATE TABLE scores (
  id text PRIMARY KEY,
  "timestamp" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  name text NOT NULL,
  value double precision,
  observation_id text,
  trace_id text NOT NULL,
  comment text,
  source "ScoreSource" NOT NULL,
  project_id text NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  author_user_id text,
  config_id text,
  data_type "ScoreDataType" NOT NULL DEFAULT 'NUMERIC',
  string_value text,
  created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  queue_id text,
  UNIQUE (id, project_id)
);
CREATE INDEX scores_timestamp_idx ON scores ("timestamp");
CREATE INDEX scores_created_at_idx ON scores (created_at);
CREATE INDEX scores_project_id_name_idx ON scores (project_id, name);
CREATE INDEX scores_trace_id_idx ON scores USING hash (trace_id);
CREATE INDEX scores_observation_id_idx ON scores USING hash (observation_id);
CREATE INDEX scores_value_idx ON scores (value);
CREATE INDEX scores_author_user_id_idx ON scores (author_user_id);
CREATE INDEX scores_config_id_idx ON scores (config_id);
CREATE INDEX scores_source_idx ON scores (source);

CREATE VIEW observations_view AS
SELECT
  o.id, o.name, o.start_time, o.end_time, o.parent_observation_id, o.type, o.trace_id, o.metadata, o.model,
  o."modelParameters", o.input, o.output, o.level, o.status_message, o.completion_start_time, o.completion_tokens,
  o.prompt_tokens, o.total_tokens, o.version, o.project_id, o.created_at, o.updated_at, o.unit, o.prompt_id,
  p.name AS prompt_name, p.version AS prompt_version, m.id AS model_id, m.input_price, m.output_price, m.total_price,
  CASE
    WHEN COALESCE(o.calculated_input_cost, o.input_cost, o.output_cost, o.total_cost) IS NULL
      THEN o.prompt_tokens * m.input_price
    ELSE COALESCE(o.calculated_input_cost, o.input_cost)
  END AS calculated_input_cost,
  CASE
    WHEN COALESCE(o.calculated_output_cost, o.input_cost, o.output_cost, o.total_cost) IS NULL
      THEN o.completion_tokens * m.output_price
    ELSE COALESCE(o.calculated_output_cost, o.output_cost)
  END AS calculated_output_cost,
  CASE
    WHEN COALESCE(o.calculated_total_cost, o.input_cost, o.output_cost, o.total_cost) IS NOT NULL
      THEN COALESCE(o.calculated_total_cost, o.total_cost)
    WHEN m.total_price IS NOT NULL THEN m.total_price * o.total_tokens
    ELSE o.prompt_tokens * m.input_price + o.completion_tokens * m.output_price
  END AS calculated_total_cost,
  (EXTRACT(epoch FROM o.end_time) - EXTRACT(epoch FROM o.start_time))::double precision AS latency,
  EXTRACT(epoch FROM o.completion_start_time - o.start_time)::double precision AS time_to_first_token
FROM observations o
LEFT JOIN LATERAL (
  SELECT * FROM models
  WHERE (models.project_id = o.project_id OR models.project_id IS NULL)
    AND models.model_name = o.internal_model
    AND (models.start_date < o.start_time OR models.start_date IS NULL)
    AND models.unit = o.unit
  ORDER BY models.project_id, models.start_date DESC NULLS LAST
  LIMIT 1
) m ON true
LEFT JOIN LATERAL (
  SELECT * FROM prompts WHERE prompts.id = o.prompt_id AND prompts.project_id = o.project_id LIMIT 1
) p ON true;
`;
