import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSharedClickHouseDatabase } from '@sluice/embedded-clickhouse';
import { aScoreVersion, aSpanVersion, insertVersions, seedClickHouse } from '@sluice/langfuse-history';
import { aiPropertyProblems, PosthogSimulator, type AiPages } from '@sluice/posthog-simulator';
import { createSluice, type LoadedPipeline } from '@sluice/sluice';
import { manualRuntime } from '@sluice/testkit';
import { expect } from 'chai';
import { parse } from 'yaml';

const CONFIGS = fileURLToPath(new URL('../../../configs', import.meta.url));
const MAPPINGS = ['langfuse-posthog-ai.yaml', 'langfuse-posthog-ai-content.yaml'];
const NOW = Date.now();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What a history does not have: characters that PostHog refuses in ids, an embedding, an error, a user's comment. */
const TRACE = 'chat/ü #1';
const SESSION = 'shop + 7';
const AT = new Date(NOW - 5 * HOUR_MS).toISOString().replace('T', ' ').replace('Z', '');

async function aDatabase(): Promise<string> {
  const url = await createSharedClickHouseDatabase('ai_pages');
  const { random } = manualRuntime({ seed: 5 });
  await seedClickHouse(url, { version: 'v4', traces: 9, now: NOW, random, historyMs: DAY_MS });
  const step = { trace_id: TRACE, session_id: SESSION, trace_name: 'chat', created_at: AT, end_time: AT };
  await insertVersions(url, 'events_full', [
    aSpanVersion({ ...step, span_id: 'root/1', type: 'AGENT', name: 'agent', input: 'hello', output: 'hi' }),
    aSpanVersion({
      ...step,
      span_id: 'embed',
      parent_span_id: 'root/1',
      type: 'EMBEDDING',
      provided_model_name: 'text-embedding-3-small',
      usage_details: { input: 70, total: 70 },
      cost_details: { input: '0.000001400000', total: '0.000001400000' },
    }),
    aSpanVersion({
      ...step,
      span_id: 'call',
      parent_span_id: 'root/1',
      level: 'ERROR',
      status_message: 'timed out',
      provided_model_name: 'our-own',
      model_parameters: '{"temperature":0.2}',
      usage_details: {
        input: 10,
        input_cached_tokens: 4,
        input_cache_creation: 0,
        input_cache_creation_5m: 1,
        input_cache_creation_1h: 1,
        output_reasoning_tokens: 3,
        total: 10,
      },
      completion_start_time: AT,
      prompt_name: 'greeting',
      prompt_version: 3,
      input: '[{"role":"user","content":"hello"}]',
      output: 'hi',
      cost_details: { total: '0.250000000000' },
    }),
    aSpanVersion({ ...step, span_id: 'lost', parent_span_id: 'never sent', type: 'TOOL' }),
  ]);
  const comment = { id: 'thumb', trace_id: TRACE, name: 'thumb', source: 'API', comment: 'it helped', created_at: AT };
  await insertVersions(url, 'scores', [aScoreVersion(comment)]);
  return url;
}

describe('the shipped mapping to PostHog’s AI events', function () {
  this.timeout(60_000);
  let directory: string;
  let receiver: PosthogSimulator;
  let pipeline: LoadedPipeline;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-ai-pages-'));
    receiver = await PosthogSimulator.start({ keys: ['phc_ai'] });
    const environment = {
      LANGFUSE_CLICKHOUSE_URL: await aDatabase(),
      LANGFUSE_URL: 'https://langfuse.example.com',
      POSTHOG_HOST: receiver.url,
      POSTHOG_API_KEY: 'phc_ai',
      SLUICE_STATE_DIRECTORY: directory,
    };
    const shipped = readFileSync(join(CONFIGS, 'langfuse-v3-to-posthog-ai.yaml'), 'utf8');
    const [mapping = '', withContent = ''] = MAPPINGS;
    const file: object = parse(shipped.replace(mapping, withContent).replace('tables: auto', 'content: include'));
    pipeline = await createSluice({ environment, logLevel: 'silent' }).load(file, { baseDirectory: CONFIGS });
    expect(await pipeline.run()).to.include({ outcome: 'done' });
  });
  after(async () => {
    await receiver.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** The page of the trace with the refused characters. */
  function thePage(pages: AiPages) {
    const id = pages.tables.events.find(({ properties }) => properties['langfuse_id'] === TRACE)?.traceId ?? '';
    return { id, page: pages.trace(id) };
  }

  it('has no property that PostHog does not read, and none of another type', () => {
    const events = receiver.received();
    expect(new Set(events.map(({ event }) => event))).to.have.all.keys(
      '$ai_trace',
      '$ai_generation',
      '$ai_embedding',
      '$ai_span',
      '$ai_metric',
      '$ai_feedback',
    );
    const written = MAPPINGS.flatMap((file) =>
      [...readFileSync(join(CONFIGS, 'mappings', file), 'utf8').matchAll(/(\$ai_\w+):/gu)].map(([, name]) => name),
    );
    const sent = events.flatMap(({ properties }) => Object.keys(properties).filter((name) => name.startsWith('$ai_')));
    expect(new Set(sent)).to.deep.equal(new Set(written));
    const problems = events.flatMap((event) =>
      aiPropertyProblems(event).map((problem) => `${event.event}: ${problem}`),
    );
    expect([...new Set(problems)]).to.deep.equal([]);
    expect(receiver.aiPages().tables.warnings).to.deep.equal([]);
  });

  it('gives each trace its tree, its tags, its sums and its name', () => {
    const { id, page } = thePage(receiver.aiPages());
    const [root] = page?.tree.roots ?? [];
    expect(page?.sums).to.deep.include({
      id,
      name: 'chat',
      // Langfuse’s tokens hold the cached ones.
      inputTokens: 86,
      totalCostUsd: 0.2500014,
      generations: 1,
      errors: 1,
    });
    expect(root?.row.spanName).to.equal('agent');
    expect(root?.children.map(({ row }) => row.event)).to.have.members(['$ai_embedding', '$ai_generation']);
    expect(page?.tree.orphans.map(({ id: orphan }) => orphan)).to.deep.equal(['lost']);
    expect(page?.tags).to.have.deep.members([
      { name: 'thumb', text: '1' },
      { name: 'feedback', text: 'it helped' },
    ]);
  });

  it('lets PostHog keep each cost that Langfuse knows, and estimate the others', () => {
    const calls = receiver.aiPages().tables.aiEvents.filter(({ properties }) => properties['$ai_model'] !== undefined);
    for (const { properties, totalCostUsd, uuid } of calls) {
      const sent = receiver.received().find((event) => event.uuid === uuid)?.properties ?? {};
      if (sent['$ai_total_cost_usd'] === undefined) expect(properties).to.not.have.property('$ai_cost_passthrough');
      else
        expect([totalCostUsd, properties['$ai_cost_model_source']]).to.deep.equal([
          sent['$ai_total_cost_usd'],
          'passthrough',
        ]);
    }
  });

  it('has the cost of a session on its page and in the list', () => {
    const pages = receiver.aiPages();
    expect(pages.sessions()).to.have.length.greaterThan(2);
    for (const { sessionId, totalCostUsd, generations } of pages.sessions()) {
      expect(pages.session(sessionId)?.totalCostUsd ?? 0).to.be.closeTo(totalCostUsd, 0.000_05);
      expect(pages.session(sessionId)?.generations).to.equal(generations);
    }
  });

  it('counts a repeat again on the pages of traces and sessions, and says so', async () => {
    const { id, page: before } = thePage(receiver.aiPages());
    const session = receiver.aiPages().trace(id)?.sums.sessionId ?? '';
    const { length: received } = receiver.received();
    receiver.failNext({ kind: 'reset', when: 'after' });
    const { outcome, report } = await pipeline.backfill({
      from: NOW - 6 * HOUR_MS,
      until: NOW,
      parallel: 1,
      attribution: { by: 'a person', why: 'a test' },
    });
    expect(outcome).to.equal('done');
    const backfilled = Object.values(report.streams).reduce((sum, { repeats }) => sum + repeats.backfilled, 0);
    expect(report.resentEvents).to.be.greaterThan(0);
    expect(receiver.received()).to.have.length(received + backfilled + (report.resentEvents ?? 0));
    const [rule, ...others] = pipeline.repeats;
    expect(others).to.deep.equal([]);
    expect(rule?.sentence).to.match(/^posthog adds an event .*: it counts again on its pages of traces and sessions$/u);
    const pages = receiver.aiPages();
    const calls = receiver.received().filter(({ event }) => event === '$ai_generation');
    const copies = calls.filter(({ properties }) => properties['$ai_session_id'] === session).length;
    expect(copies).to.be.at.least(2);
    expect(pages.session(session)?.generations).to.equal(copies);
    expect(pages.session(session)?.totalCostUsd).to.be.closeTo(0.25 * copies, 0.000_01);
    expect(pages.trace(id)?.sums).to.deep.equal(before?.sums);
    expect(pages.sessions().find(({ sessionId }) => sessionId === session)).to.include({ generations: 1 });
  });
});
