const MONTH = "interval '30 days'";

/**
 * As many traces as asked, 10/3 observations and one score for each, over the last month; 1 % belongs to a small
 * project. Inputs and outputs have 1 to 4 KB.
 */
export async function seedLoad(client, schemaSql, traces) {
  const observations = Math.round((traces * 10) / 3);
  await client.query(schemaSql);
  const { rows: indexes } = await client.query(`
    SELECT indexname, indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename IN ('traces', 'observations', 'scores')
      AND indexname NOT IN (SELECT conname FROM pg_constraint)`);
  for (const { indexname } of indexes) await client.query(`DROP INDEX "${indexname}"`);
  await client.query(`
    SET session_replication_role = replica;
    INSERT INTO organizations (id, name) VALUES ('org-1', 'Example');
    INSERT INTO projects (id, created_at, name, updated_at, org_id)
      VALUES ('large', now(), 'Large', now(), 'org-1'), ('small', now(), 'Small', now(), 'org-1');
    INSERT INTO models (id, model_name, match_pattern, input_price, output_price, unit)
      VALUES ('m', 'gpt-4o', 'gpt-4o', 0.0000025, 0.00001, 'TOKENS');`);
  const moment = (count) =>
    `date_trunc('milliseconds', (now() AT TIME ZONE 'UTC') - ${MONTH} + n * (${MONTH} / ${count}))`;
  const text = (salt) => `to_jsonb(repeat(md5(n::text || '${salt}'), 32 + n % 97))`;
  await client.query(`
    INSERT INTO traces (id, "timestamp", name, project_id, metadata, user_id, release, tags, input, output,
      created_at, updated_at)
    SELECT md5(n::text)::uuid::text, at, 'answer', CASE WHEN n % 100 = 0 THEN 'small' ELSE 'large' END,
      '{"plan": "pro"}', 'user-' || n % 5000, '1.0', '{a,b}', ${text('i')}, ${text('o')}, at, at
    FROM (SELECT n, ${moment(traces)} AS at FROM generate_series(0, ${traces - 1}) AS n) AS numbered`);
  await client.query(`
    INSERT INTO observations (id, name, start_time, end_time, type, trace_id, metadata, model, internal_model,
      "modelParameters", input, output, level, prompt_tokens, completion_tokens, total_tokens, unit, project_id,
      calculated_total_cost, created_at, updated_at)
    SELECT md5('o' || n)::uuid::text, 'call', at, at + interval '1 second',
      (CASE WHEN n % 10 < 3 THEN 'SPAN' WHEN n % 10 = 3 THEN 'EVENT' ELSE 'GENERATION' END)::"ObservationType",
      md5((n * 3 / 10)::text)::uuid::text, '{"step": 1}', 'gpt-4o', 'gpt-4o', '{"temperature": 0.2}',
      ${text('oi')}, ${text('oo')}, 'DEFAULT', 100 + n % 900, 50, 150 + n % 900, 'TOKENS',
      CASE WHEN (n * 3 / 10) % 100 = 0 THEN 'small' ELSE 'large' END,
      CASE WHEN n % 2 = 0 THEN 0.001 END, at, at
    FROM (SELECT n, ${moment(observations)} AS at FROM generate_series(0, ${observations - 1}) AS n) AS numbered`);
  await client.query(`
    INSERT INTO scores (id, "timestamp", name, value, trace_id, source, project_id, created_at, updated_at)
    SELECT md5('s' || n)::uuid::text, at, 'quality', n % 5, md5(n::text)::uuid::text, 'API',
      CASE WHEN n % 100 = 0 THEN 'small' ELSE 'large' END, at, at
    FROM (SELECT n, ${moment(traces)} AS at FROM generate_series(0, ${traces - 1}) AS n) AS numbered`);
  for (const { indexdef } of indexes) await client.query(indexdef);
  await client.query('VACUUM ANALYZE');
}
