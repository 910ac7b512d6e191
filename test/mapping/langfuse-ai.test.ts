import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, sluice } from '../docs/sluice-command.js';

/** The shipped mapping with the records of v3 and v4, which have what v2 cannot have. */
const MAPPING = `
sluice: 1
mapping: of-clickhouse
source: langfuse-clickhouse
extends: ${ROOT}configs/mappings/langfuse-posthog-ai.yaml
tests:
  - name: a score of a session belongs to no trace, and PostHog shows no metric without one
    from: score
    given: { trace_id: null, session_id: chat-17, source: API, comment: good }
    filtered: posthogAiId(trace_id) != null
  - name: an agent is a span of its environment, below another
    from: observation
    given: { id: o1, type: AGENT, trace_id: t1, parent_observation_id: o0, environment: staging }
    expect:
      - event: $ai_span
        properties: { $ai_span_type: AGENT, $ai_parent_id: o0, langfuse_environment: staging }
  - name: an embedding
    from: observation
    given: { type: EMBEDDING, usage_details: { input: 12 } }
    expect:
      - event: $ai_embedding
        properties: { $ai_cache_reporting_exclusive: false, $ai_cache_read_input_tokens: null }
`;

describe('the mapping for PostHog’s AI pages', function () {
  this.timeout(60_000);
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-ai-'));
    writeFileSync(join(directory, 'mapping.yaml'), MAPPING);
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  it('makes of the records of Langfuse v3 and v4 what v2 does not have', () => {
    const { status, stdout, stderr } = sluice(['test', 'mapping.yaml'], { cwd: directory });
    expect(status, stdout + stderr).to.equal(0);
    expect(stdout).to.contain('3 passed');
  });

  it('lints clean with each source, with and without prompts and answers', () => {
    const mappings = ['langfuse-posthog-ai', 'langfuse-posthog-ai-content'].map(
      (name) => `configs/mappings/${name}.yaml`,
    );
    const pipelines = ['langfuse-to-posthog-ai', 'langfuse-v3-to-posthog-ai'].map((name) => `configs/${name}.yaml`);
    const environment = {
      LANGFUSE_DATABASE_URL: 'postgres://reader@db.example.com/langfuse',
      LANGFUSE_CLICKHOUSE_URL: 'http://reader@clickhouse.example.com:8123/default',
      LANGFUSE_URL: 'https://langfuse.example.com',
      POSTHOG_API_KEY: 'phc_example',
    };
    expect(sluice(['lint', ...mappings, ...pipelines, '--json'], { environment })).to.include({
      status: 0,
      stdout: '[]\n',
    });
  });
});
