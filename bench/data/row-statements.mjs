// Langfuse rows by `INSERT … SELECT generate_series`, the same at every call. Per trace: ten thirds of an observation,
// seven tenths of them generations, and one score.

/** $1 and $2: the first trace and the one after the last. $3: when the first was created. $4: milliseconds between two. */
export const INSERT_TRACES = `
INSERT INTO traces (id, "timestamp", name, project_id, metadata, user_id, release, version, input, output, session_id, tags,
  created_at, updated_at)
SELECT bench_id('trace', i), at, (ARRAY['answer question', 'summarise ticket', 'suggest reply', 'search', 'translate'])[1 + i % 5],
  'project-' || i % 3,
  CASE WHEN has_session THEN jsonb_build_object('plan', 'pro', '$posthog_session_id', bench_id('session', i / 4)) END,
  CASE WHEN has_user THEN 'user-' || (bench_random(i, 1) * 5000)::integer || '@example.com' END,
  '2026.' || 1 + i % 7, CASE WHEN i % 2 = 0 THEN 'v' || i % 11 END,
  (SELECT text FROM passages WHERE number = (i * 7) % 256), (SELECT text FROM passages WHERE number = (i * 13) % 256),
  CASE WHEN has_session THEN 'chat-' || i / 4 END,
  CASE WHEN i % 5 = 0 THEN ARRAY['production', 'beta "two"'] ELSE '{}' END,
  at + interval '1.2 seconds', at + interval '2.5 seconds'
FROM generate_series($1::bigint, $2::bigint - 1) AS i,
  LATERAL (SELECT $3::timestamp + (i - $1::bigint) * $4::float8 * interval '1 millisecond' AS at,
    i % 20 < 17 AS has_user, i % 20 < 12 AS has_session) AS derived`;

export const INSERT_OBSERVATIONS = `
INSERT INTO observations (id, name, start_time, end_time, type, trace_id, metadata, model, "modelParameters", input, output, level,
  completion_start_time, completion_tokens, prompt_tokens, total_tokens, version, project_id, created_at, unit, updated_at,
  internal_model, calculated_total_cost)
SELECT bench_id('observation', j), CASE WHEN is_generation THEN 'llm call ' || j % 6 ELSE 'step' END,
  at, CASE WHEN j % 50 > 0 THEN at + (300 + bench_random(j, 2) * 3000) * interval '1 millisecond' END,
  (CASE WHEN is_generation THEN 'GENERATION' WHEN j % 10 < 9 THEN 'SPAN' ELSE 'EVENT' END)::"ObservationType",
  bench_id('trace', trace), CASE WHEN j % 3 = 0 THEN '{"region": "eu", "attempt": 1}'::jsonb END,
  CASE WHEN is_generation THEN model END, CASE WHEN is_generation THEN '{"temperature": 0.2, "max_tokens": 1024}'::jsonb END,
  (SELECT text FROM passages WHERE number = (j * 5) % 256), (SELECT text FROM passages WHERE number = (j * 11) % 256),
  (CASE WHEN j % 25 = 1 THEN 'ERROR' ELSE 'DEFAULT' END)::"ObservationLevel",
  CASE WHEN is_generation AND j % 5 < 3 THEN at + bench_random(j, 3) * 300 * interval '1 millisecond' END,
  completion, prompt, completion + prompt, CASE WHEN j % 4 = 0 THEN 'prompt-' || j % 9 END,
  'project-' || trace % 3, at + interval '1.5 seconds', CASE WHEN is_generation THEN 'TOKENS' END, at + interval '3 seconds',
  CASE WHEN is_generation AND model <> 'our-finetune-v3' THEN model END,
  CASE WHEN is_generation AND model <> 'our-finetune-v3' THEN prompt * 0.0000025 + completion * 0.00001 END
FROM generate_series($1::bigint * 10 / 3, $2::bigint * 10 / 3 - 1) AS j,
  LATERAL (SELECT j * 3 / 10 AS trace, j % 10 < 7 AS is_generation,
    (ARRAY['gpt-4o-2024-08-06', 'gpt-4o-mini', 'claude-3-5-sonnet-20241022', 'our-finetune-v3'])[1 + j / 10 % 4] AS model) AS kind,
  LATERAL (SELECT $3::timestamp + (trace - $1::bigint) * $4::float8 * interval '1 millisecond' + (j % 4) * interval '0.9 seconds' AS at,
    CASE WHEN is_generation THEN (50 + bench_random(j, 4) * 2000)::integer ELSE 0 END AS prompt,
    CASE WHEN is_generation THEN (10 + bench_random(j, 5) * 600)::integer ELSE 0 END AS completion) AS derived`;

export const INSERT_SCORES = `
INSERT INTO scores (id, "timestamp", name, value, observation_id, trace_id, comment, source, project_id, created_at, updated_at)
SELECT bench_id('score', i), at, (ARRAY['helpful', 'tone', 'correctness'])[1 + i % 3], round(bench_random(i, 6)::numeric, 3)::float8,
  CASE WHEN i % 2 = 0 THEN bench_id('observation', i * 10 / 3) END, bench_id('trace', i),
  CASE WHEN i % 5 < 2 THEN 'answers "the question",' || chr(10) || 'but naïvely – reviewer ' || i % 17 END,
  (ARRAY['API', 'EVAL', 'ANNOTATION'])[1 + i % 3]::"ScoreSource", 'project-' || i % 3, at + interval '0.2 seconds', at + interval '0.2 seconds'
FROM generate_series($1::bigint, $2::bigint - 1) AS i,
  LATERAL (SELECT $3::timestamp + (i - $1::bigint) * $4::float8 * interval '1 millisecond' + interval '3 seconds' AS at) AS derived`;

/** What the rows are made with. Random numbers are functions of a row's number. */
export const FUNCTIONS = [
  `CREATE FUNCTION bench_id(kind text, number bigint) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN md5(kind || number)::uuid::text`,
  `CREATE FUNCTION bench_random(number bigint, seed bigint) RETURNS float8 LANGUAGE sql IMMUTABLE
    RETURN (hashint8extended(number, seed) & 1048575) / 1048576.0::float8`,
  'CREATE TABLE passages (number integer PRIMARY KEY, text jsonb)',
];
