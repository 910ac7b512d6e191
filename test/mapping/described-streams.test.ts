import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { createSluice } from '@sluice/sluice';
import { testMapping } from '@sluice/yaml-mapper';
import { expect } from 'chai';
import { Client } from 'pg';
import { ROOT } from '../docs/sluice-command.js';

const CONFIGS = join(ROOT, 'configs');
const environment = {
  LITELLM_DATABASE_URL: 'postgres://reader@localhost/litellm',
  OPEN_WEBUI_DATABASE_URL: 'postgres://reader@localhost/open-webui',
  POSTHOG_API_KEY: 'phc_0123456789abcdefghijklmnopqrstuvwxyz0123456',
};
const sluice = createSluice({ environment, logLevel: 'error' });

/** The table of the LiteLLM proxy, with the columns that matter here, as its Prisma schema makes it. */
const LITELLM = `
  CREATE TABLE "LiteLLM_SpendLogs" (
    request_id text PRIMARY KEY, call_type text NOT NULL, api_key text NOT NULL DEFAULT '', spend float8 NOT NULL DEFAULT 0,
    total_tokens int NOT NULL DEFAULT 0, prompt_tokens int NOT NULL DEFAULT 0, completion_tokens int NOT NULL DEFAULT 0,
    "startTime" timestamp(3) NOT NULL, "endTime" timestamp(3) NOT NULL, "completionStartTime" timestamp(3),
    model text NOT NULL DEFAULT '', model_id text DEFAULT '', model_group text DEFAULT '', custom_llm_provider text DEFAULT '',
    api_base text DEFAULT '', "user" text DEFAULT '', metadata jsonb DEFAULT '{}', cache_hit text DEFAULT '',
    cache_key text DEFAULT '', request_tags jsonb DEFAULT '[]', team_id text, end_user text, requester_ip_address text,
    messages jsonb DEFAULT '{}', response jsonb DEFAULT '{}', session_id text, status text);
  CREATE INDEX ON "LiteLLM_SpendLogs" ("startTime");
  CREATE INDEX ON "LiteLLM_SpendLogs" ("startTime", request_id);
  INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, spend, total_tokens, prompt_tokens, completion_tokens, "startTime",
    "endTime", model, "user", end_user, cache_hit, request_tags, status)
  VALUES ('c1', 'acompletion', 0.0123, 150, 100, 50, '2026-01-31 09:30:00.001', '2026-01-31 09:30:02.501', 'gpt-4o', 'u1', NULL,
      'False', '["a", "b"]', 'success'),
    ('c2', 'acompletion', 0, 0, 0, 0, '2026-01-31 09:30:00.001', '2026-01-31 09:30:00.001', '', '', '', 'None', '[]', 'failure')`;

/** The table of Open WebUI, as its SQLAlchemy model makes it. */
const OPEN_WEBUI = `
  CREATE TABLE chat_message (
    id text PRIMARY KEY, chat_id text NOT NULL, user_id text, role text NOT NULL, parent_id text, content json, output json,
    model_id text, files json, sources json, embeds json, meta json, done boolean, status_history json, error json, usage json,
    context_summary text, created_at bigint, updated_at bigint);
  CREATE INDEX ON chat_message (created_at);
  CREATE INDEX ON chat_message (model_id, created_at);
  INSERT INTO chat_message (id, chat_id, user_id, role, parent_id, model_id, done, error, usage, created_at, updated_at)
  VALUES ('c-1', 'c', 'u1', 'user', NULL, NULL, true, NULL, NULL, 1769851800, 1769851800),
    ('c-2', 'c', 'u1', 'assistant', 'c-1', 'llama3', true, NULL, '{"prompt_tokens": 5, "output_tokens": 6}', NULL, 1769851801),
    ('c-3', 'c', 'u1', 'assistant', 'c-1', 'llama3', false, NULL, NULL, 1769851802, 1769851802)`;

const CASES = [
  { name: 'litellm', ddl: LITELLM, key: 'litellm_request_id', ids: ['c1', 'c2'] },
  { name: 'open-webui', ddl: OPEN_WEBUI, key: 'open_webui_message_id', ids: ['c-1', 'c-2'] },
] as const;

describe('the configurations for described tables and files', () => {
  for (const name of ['litellm', 'open-webui', 'visits']) {
    it(`of ${name} have no problem, and their mapping does what its tests say`, async () => {
      const mapping = join(CONFIGS, `mappings/${name}-posthog.yaml`);
      const pipeline = join(CONFIGS, `${name === 'visits' ? 'jsonl' : name}-to-posthog.yaml`);
      for (const file of [mapping, pipeline, join(CONFIGS, `${name}.schema.yaml`)]) {
        expect(await sluice.lint(file), file).to.deep.equal([]);
      }
      const { problems, results } = await sluice.checkMappings([mapping], (context) => testMapping(mapping, context));
      expect(problems).to.deep.equal([]);
      expect(results.map(({ verdict }) => verdict.outcome))
        .to.not.include('failed')
        .and.to.not.deep.equal([]);
    });
  }

  for (const { name, ddl, key, ids } of CASES) {
    it(`of ${name} fit its own tables, and export them`, async () => {
      const url = await createSharedDatabase(name);
      const client = new Client(url);
      await client.connect();
      await client.query(ddl);
      await client.end();
      const folder = mkdtempSync(join(tmpdir(), 'sluice-tables-'));
      try {
        const pipeline = await sluice.load(
          {
            sluice: 1,
            pipeline: name,
            source: { use: 'postgres', with: { url, schema: join(CONFIGS, `${name}.schema.yaml`) } },
            sink: { use: 'jsonl', with: { path: join(folder, 'out.jsonl') } },
            mapping: join(CONFIGS, `mappings/${name}-posthog.yaml`),
            revisit: '0s',
            state: { use: 'file', with: { directory: join(folder, 'state') } },
          },
          { baseDirectory: folder },
        );
        const findings = (await pipeline.check()).flatMap(({ results }) => results);
        const wrong = findings.filter(({ outcome }) => outcome === 'bad' || outcome === 'warning');
        expect(wrong.map(({ message }) => message).filter((each) => !/secret|updated/.test(each))).to.deep.equal([]);
        await pipeline.run();
        const lines = readFileSync(join(folder, 'out.jsonl'), 'utf8').trim().split('\n');
        const events = lines.map(
          (line) => JSON.parse(line) as { properties: Record<string, unknown>; distinct_id: string },
        );
        expect(events.map(({ properties }) => properties[key])).to.deep.equal(ids);
        if (name === 'litellm') {
          expect(events[0]).to.deep.include({ distinct_id: 'u1', timestamp: '2026-01-31T09:30:00.001Z' });
          expect(events[0]?.properties).to.deep.include({
            litellm_latency: 2.5,
            litellm_tags: ['a', 'b'],
            litellm_cost_usd: 0.0123,
          });
          expect(events[1]).to.include({ anonymous: true });
        } else {
          expect(events[1]).to.deep.include({ timestamp: '2026-01-31T09:30:01.000Z' });
          expect(events[1]?.properties).to.include({ open_webui_input_tokens: 5, open_webui_output_tokens: 6 });
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  it('are described in the pipeline file as well', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-tables-'));
    try {
      writeFileSync(join(folder, 'a.jsonl'), '{"id":"a","at":"2026-01-01T00:00:00Z"}\n');
      const pipeline = await sluice.load(
        {
          sluice: 1,
          pipeline: 'inline',
          source: {
            use: 'jsonl',
            with: {
              files: 'a.jsonl',
              streams: {
                thing: { key: ['id'], created: 'at', fields: { id: { type: 'text' }, at: { type: 'timestamp' } } },
              },
            },
          },
          sink: { use: 'jsonl', with: { path: 'out.jsonl' } },
          mapping: {
            sink: 'jsonl',
            events: [
              { event: 'e', from: 'thing', uuid: "uuid5('5a1f6a0e-54e6-4a3c-9c9c-2f6a4b0c7d11', id)", at: 'at' },
            ],
          },
        },
        { baseDirectory: folder },
      );
      await pipeline.run();
      expect(readFileSync(join(folder, 'out.jsonl'), 'utf8')).to.contain('"at":"2026-01-01T00:00:00.000Z"');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
