import { ConfigError } from '@sluice/core/adapter';
import type { FieldValue } from '@sluice/core/source';
import { langfuseClickHouseSource } from '@sluice/langfuse-clickhouse-source';
import {
  anObservationVersion,
  aScoreVersion,
  aSpanVersion,
  aTraceVersion,
  insertVersions,
  type LangfuseVersion,
} from '@sluice/langfuse-history';
import { expect } from 'chai';
import { aSource, everything, pagesOf, valuesOf } from './a-source.js';
import { anEmptiedDatabase } from './test-database.js';

const AT = '2026-01-10 10:00:00.000';
const AT_MS = Date.UTC(2026, 0, 10, 10);
const AWKWARD = `it's a \\ "quote"\n\ttab, \u{1F600} and ä`;

const TRACE = {
  id: 'trace-1',
  name: AWKWARD,
  user_id: 'user-1',
  session_id: '',
  release: null,
  version: '1.0',
  tags: [`it's`, 'b"\\'],
  metadata: { plan: 'pro', count: '5', list: '[1,{"a":"x"}]', text: `it's` },
  public: true,
};

const GENERATION = {
  id: 'generation-1',
  trace_id: 'trace-1',
  start_time: AT,
  end_time: '2026-01-10 10:00:01.500',
  completion_start_time: '2026-01-10 10:00:00.250',
  provided_model_name: 'a-model',
  model_parameters: '{"temperature":0.1}',
  usage_details: { input: 10, input_cached: 5, output: 2, total: 17 },
  cost_details: { input: '0.1', output: '0.2', total: '0.3' },
  total_cost: '0.3',
  prompt_name: 'a prompt',
  prompt_version: 3,
  input: '{"question":"why"}',
  output: 'not JSON',
};

async function filled(version: LangfuseVersion): Promise<string> {
  const url = await anEmptiedDatabase(version);
  await insertVersions(url, 'traces', [aTraceVersion({ ...TRACE, timestamp: AT })]);
  await insertVersions(url, 'observations', [
    anObservationVersion(GENERATION),
    anObservationVersion({ id: 'span-1', type: 'SPAN', trace_id: 'trace-1' }),
    anObservationVersion({ id: 'orphan', trace_id: 'nowhere' }),
    anObservationVersion({
      id: 'in-part',
      trace_id: 'nowhere',
      usage_details: { total: 500 },
      cost_details: { total: '0.5', input: '0.5' },
    }),
  ]);
  const ofConfig = { data_type: 'CATEGORICAL', config_id: 'a-config', trace_id: 'trace-1' };
  await insertVersions(url, 'scores', [
    aScoreVersion({ id: 'category', data_type: 'CATEGORICAL', value: 0, string_value: 'good', trace_id: 'trace-1' }),
    aScoreVersion({ id: 'category-0', value: 0, string_value: 'bad', ...ofConfig }),
    aScoreVersion({ id: 'category-2', value: 2, string_value: 'good', ...ofConfig }),
    aScoreVersion({ ...ofConfig, id: 'text', value: 0, string_value: 'a text', data_type: 'TEXT' }),
    aScoreVersion({ id: 'boolean', value: 0, string_value: 'False', data_type: 'BOOLEAN' }),
    aScoreVersion({ id: 'correction', data_type: 'CORRECTION', value: 0, trace_id: 'trace-1' }),
  ]);
  return url;
}

async function recordOf(
  url: string,
  stream: string,
  key: string,
  options: object = {},
): Promise<Record<string, FieldValue>> {
  const fields = Object.keys(langfuseClickHouseSource.streams.find(({ name }) => name === stream)?.fields ?? {});
  const source = aSource(url, { content: 'include', projectNames: { 'project-1': `it's mine` }, ...options });
  const found = (await valuesOf(source, everything(stream), fields)).get(`project-1/${key}`);
  if (found === undefined) throw new Error(`no ${stream} ${key}`);
  return found;
}

describe('the values of Langfuse v3', () => {
  let url = '';

  before(async () => {
    url = await filled('v3');
  });

  it('are those of a trace and the sums over its observations', async () => {
    const trace = await recordOf(url, 'trace', 'trace-1');
    expect(trace).to.include({
      name: AWKWARD,
      session_id: null,
      release: null,
      version: '1.0',
      public: true,
      bookmarked: false,
    });
    expect(trace).to.include({
      project_name: `it's mine`,
      timestamp: AT_MS,
      total_cost: 0.3,
      observation_count: 2,
      latency: 1.5,
    });
    expect(trace['tags']).to.deep.equal([`it's`, 'b"\\']);
    expect(trace['metadata']).to.deep.equal({ plan: 'pro', count: 5, list: [1, { a: 'x' }], text: `it's` });
    expect(trace).to.include({ environment: 'default', 'trace.id': 'trace-1', 'trace.user_id': 'user-1' });
  });

  it('are those of a generation and its trace', async () => {
    const generation = await recordOf(url, 'generation', 'generation-1');
    expect(generation).to.include({ model: 'a-model', input_units: 15, output_units: 2, total_units: 17 });
    expect(generation).to.include({
      input_cost: 0.1,
      output_cost: 0.2,
      total_cost: 0.3,
      latency: 1.5,
      time_to_first_token: 0.25,
    });
    expect(generation).to.include({ prompt_name: 'a prompt', prompt_version: 3, unit: null, output: 'not JSON' });
    expect(generation['input']).to.deep.equal({ question: 'why' });
    expect(generation['model_parameters']).to.deep.equal({ temperature: 0.1 });
    expect(generation['usage_details']).to.deep.equal({ input: 10, input_cached: 5, output: 2, total: 17 });
    expect(generation['trace.tags']).to.deep.equal([`it's`, 'b"\\']);
    expect(generation).to.include({ 'trace.name': AWKWARD, 'trace.session_id': null, 'trace.timestamp': AT_MS });
  });

  it('are null where nothing is known, and where there is no such trace', async () => {
    const orphan = await recordOf(url, 'generation', 'orphan');
    for (const name of ['end_time', 'latency', 'input_units', 'total_cost', 'usage_details', 'model', 'input'])
      expect(orphan[name], name).to.equal(null);
    for (const [name, value] of Object.entries(orphan))
      if (name.startsWith('trace.')) expect(value, name).to.equal(null);
    expect(orphan['trace_id']).to.equal('nowhere');
  });

  it('have the number of a category, unless it has none, and no corrections among the scores', async () => {
    const scores = await valuesOf(aSource(url), everything('score'), ['value', 'string_value']);
    expect(Object.fromEntries([...scores].map(([key, score]) => [key, Object.values(score)]))).to.deep.equal({
      'project-1/category': [null, 'good'],
      'project-1/category-0': [0, 'bad'],
      'project-1/category-2': [2, 'good'],
      'project-1/text': [null, 'a text'],
      'project-1/boolean': [0, 'False'],
    });
  });

  it('have the usage and the costs that are known', async () => {
    const inPart = await recordOf(url, 'generation', 'in-part');
    expect(inPart).to.include({ input_units: null, output_units: null, total_units: 500 });
    expect(inPart).to.include({ input_cost: 0.5, output_cost: null });
  });

  it('include observations of every type', async () => {
    const types = await valuesOf(aSource(url), everything('observation'), ['type']);
    expect([...types.values()].map(({ type }) => type)).to.have.members([
      'GENERATION',
      'GENERATION',
      'GENERATION',
      'SPAN',
    ]);
  });

  it('are parts of JSON values where a mapping asks for parts', async () => {
    const paths = [['plan'], ['list', 1, 'a'], ['list', -1], ['count'], ['absent'], ['list', 7], [`it's`]];
    const fields = paths.map((path) => ({ field: 'metadata', path }));
    const [page] = await pagesOf(aSource(url), { window: everything('trace'), fields });
    expect(page?.rows).to.deep.equal([['pro', 'x', { a: 'x' }, 5, null, null, null]]);
  });

  it('keep inputs and outputs back unless the options include them', async () => {
    const request = { window: everything('trace'), fields: [{ field: 'input' }] };
    const failure = await pagesOf(aSource(url), request).catch((error: unknown) => error);
    expect(failure).instanceOf(ConfigError).with.property('message').includes('content: include');
  });
});

it('the values of the first Langfuse v3 are null where later ones have columns', async () => {
  const url = await filled('v3.0.0');
  expect(await recordOf(url, 'trace', 'trace-1')).to.include({ environment: null, user_id: 'user-1' });
  const score = await recordOf(url, 'score', 'category');
  expect(score).to.include({ environment: null, session_id: null, dataset_run_id: null, string_value: 'good' });
  expect(score['metadata']).to.deep.equal({});
});

it('the values of Langfuse v4 are those of spans, and of what their traces have in common', async () => {
  const url = await anEmptiedDatabase('v4');
  const { total_cost: _, ...generation } = GENERATION;
  await insertVersions(url, 'scores', [aScoreVersion()]);
  await insertVersions(url, 'events_full', [
    aSpanVersion({
      span_id: 'root',
      type: 'AGENT',
      name: 'root',
      start_time: AT,
      metadata_names: ['plan', 'count', 'plan'],
      metadata_values: ['free', '5', 'pro'],
      bookmarked: true,
    }),
    aSpanVersion({
      ...generation,
      span_id: 'generation-1',
      parent_span_id: 't-trace-1',
      user_id: 'user-1',
      trace_name: AWKWARD,
      tags: [`it's`],
      cost_details: {},
      created_at: '2026-01-10 10:00:02.000',
    }),
  ]);
  const trace = await recordOf(url, 'trace', 'trace-1');
  expect(trace).to.include({ name: AWKWARD, user_id: 'user-1', bookmarked: true, timestamp: AT_MS, created_at: AT_MS });
  expect(trace).to.include({ observation_count: 2, total_cost: 0, latency: 1.5 });
  expect(trace['metadata']).to.deep.equal({ plan: 'pro', count: 5 });
  expect(trace['tags']).to.deep.equal([`it's`]);
  const record = await recordOf(url, 'generation', 'generation-1');
  expect(record).to.include({
    parent_observation_id: null,
    total_cost: null,
    input_units: 15,
    'trace.user_id': 'user-1',
  });
  expect(record['trace.metadata']).to.deep.equal({});
  const score = await recordOf(url, 'score', 'score-1');
  expect(score).to.include({ 'trace.id': 'trace-1', 'trace.name': AWKWARD, 'trace.user_id': 'user-1' });
  expect(score['trace.metadata']).to.deep.equal({ plan: 'pro', count: 5 });
  expect(await recordOf(url, 'observation', 'root')).to.include({ type: 'AGENT', 'trace.name': 'root', model: null });
  await insertVersions(url, 'events_full', [aSpanVersion({ span_id: 'child', parent_span_id: 't-of-its-own' })]);
  expect(await recordOf(url, 'generation', 'child')).to.include({ parent_observation_id: 't-of-its-own' });
  const core = aSource(url, { tables: 'events' });
  const metadata = await valuesOf(core, everything('observation'), ['metadata']);
  expect(metadata.get('project-1/root')).to.deep.equal({ metadata: { plan: 'pro', count: 5 } });
});

it('the values of Langfuse v4 have no trace where a span or a score names none', async () => {
  const url = await anEmptiedDatabase('v4');
  const spans = ['first', 'second'].map((id) => aSpanVersion({ span_id: id, trace_id: '', user_id: 'user-1' }));
  await insertVersions(url, 'events_full', spans);
  await insertVersions(url, 'scores', [aScoreVersion({ trace_id: '', session_id: 'session-1' })]);
  const source = aSource(url, { tables: 'events' });
  expect([...(await valuesOf(source, everything('trace'), ['id']))]).to.deep.equal([]);
  expect(await source.next('trace', 'event', 0)).to.equal(undefined);
  const score = await recordOf(url, 'score', 'score-1');
  expect(score).to.include({ trace_id: null, 'trace.id': null, 'trace.user_id': null, session_id: 'session-1' });
  const span = await recordOf(url, 'observation', 'first');
  expect(span).to.include({ trace_id: null, 'trace.id': null, 'trace.user_id': 'user-1' });
});

it('the user of a trace of Langfuse v4 is the last that is more than white space', async () => {
  const url = await anEmptiedDatabase('v4');
  const users = ['user-1', ' ', '\t\v\u00A0', '\u3000\uFEFF\n', ''];
  const spans = users.map((user, index) =>
    aSpanVersion({ span_id: `span-${index}`, user_id: user, created_at: `2026-01-10 10:00:0${index}.000` }),
  );
  await insertVersions(url, 'events_full', spans);
  await insertVersions(url, 'scores', [aScoreVersion()]);
  expect(await recordOf(url, 'trace', 'trace-1')).to.include({ user_id: 'user-1', 'trace.user_id': 'user-1' });
  expect(await recordOf(url, 'score', 'score-1')).to.include({ 'trace.user_id': 'user-1' });
});

it('a trace of Langfuse v4 is in the window of its root, which came after the handover', async () => {
  const url = await anEmptiedDatabase('v4');
  const [rootStart, childStart] = ['2026-01-10 09:50:00.000', '2026-01-10 10:10:00.000'];
  await insertVersions(url, 'events_full', [
    aSpanVersion({ span_id: 'child', parent_span_id: 'root', start_time: childStart }),
    aSpanVersion({ span_id: 'root', start_time: rootStart, created_at: '2026-01-10 10:40:00.000' }),
  ]);
  const source = aSource(url, { tables: 'events' });
  const createdBefore = Date.UTC(2026, 0, 10, 10, 30);
  const before = await valuesOf(source, everything('trace', { until: AT_MS, createdBefore }), ['timestamp']);
  expect([...before.values()]).to.deep.equal([{ timestamp: AT_MS - 600_000 }]);
  const after = await valuesOf(source, everything('trace', { from: AT_MS, createdBefore }), ['id']);
  expect(after.size).to.equal(0);
});
