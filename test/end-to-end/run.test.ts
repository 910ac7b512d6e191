import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aLangfuseWorld, PROJECT_KEY, shipped, type LangfuseWorld } from './langfuse-world.js';

const PIPELINE = shipped('langfuse-to-posthog.yaml');

/** The property names of Langfuse's documented integration. */
const PROPERTIES = {
  'langfuse trace': [
    'timestamp',
    'langfuse_trace_name',
    'langfuse_url',
    'langfuse_id',
    'langfuse_cost_usd',
    'langfuse_count_observations',
    'langfuse_session_id',
    'langfuse_project_id',
    'langfuse_user_id',
    'langfuse_latency',
    'langfuse_release',
    'langfuse_version',
    'langfuse_tags',
    'langfuse_event_version',
  ],
  'langfuse generation': [
    'timestamp',
    'langfuse_generation_name',
    'langfuse_trace_name',
    'langfuse_url',
    'langfuse_id',
    'langfuse_cost_usd',
    'langfuse_input_units',
    'langfuse_output_units',
    'langfuse_total_units',
    'langfuse_session_id',
    'langfuse_project_id',
    'langfuse_user_id',
    'langfuse_latency',
    'langfuse_time_to_first_token',
    'langfuse_release',
    'langfuse_version',
    'langfuse_model',
    'langfuse_level',
    'langfuse_tags',
    'langfuse_event_version',
  ],
  'langfuse score': [
    'timestamp',
    'langfuse_score_name',
    'langfuse_score_value',
    'langfuse_score_comment',
    'langfuse_trace_name',
    'langfuse_id',
    'langfuse_session_id',
    'langfuse_project_id',
    'langfuse_user_id',
    'langfuse_release',
    'langfuse_tags',
    'langfuse_event_version',
  ],
} as const;

async function rowsIn(world: LangfuseWorld): Promise<number> {
  const [row] = await world.query<{ rows: number }>(
    `SELECT ((SELECT count(*) FROM traces) + (SELECT count(*) FROM scores)
      + (SELECT count(*) FROM observations WHERE type = 'GENERATION'))::int AS rows`,
  );
  return row?.rows ?? 0;
}

describe('sluice run, from Langfuse to PostHog', function () {
  this.timeout(120_000);
  let world: LangfuseWorld;
  before(async () => {
    world = await aLangfuseWorld({ traces: 150 });
  });
  after(() => world.end());

  it('delivers one event per trace, generation and score, with exactly the documented properties', async () => {
    const { code, out, err } = await world.sluice(['run', PIPELINE, '--json']);
    expect(code, err).to.equal(0);
    const expected = await rowsIn(world);
    expect(world.receiver.received()).to.have.length(expected);
    expect(world.receiver.distinct()).to.have.length(expected);
    const report: unknown = JSON.parse(out);
    expect(report).to.include({ pipeline: 'langfuse-to-posthog', outcome: 'done', deadLetters: 0 });
    for (const [name, properties] of Object.entries(PROPERTIES)) {
      for (const event of world.receiver.received().filter((each) => each.event === name)) {
        const names = Object.keys(event.properties).filter((property) => !property.startsWith('$'));
        expect(names).to.have.members([...properties]);
      }
    }
  });

  it('sends nothing the second time', async () => {
    const before = world.receiver.eventRequests.length;
    const { code, err } = await world.sluice(['run', PIPELINE]);
    expect(code, err).to.equal(0);
    expect(world.receiver.eventRequests.length).to.equal(before);
  });

  it('sends an updated trace again, under the same identity', async () => {
    const before = world.receiver.received().length;
    const distinct = world.receiver.distinct().length;
    await world.query(
      `UPDATE traces SET name = 'renamed', updated_at = now() AT TIME ZONE 'UTC'
        WHERE id = (SELECT id FROM traces WHERE created_at > now() AT TIME ZONE 'UTC' - interval '20 hours' LIMIT 1)`,
    );
    const { out } = await world.sluice(['run', PIPELINE]);
    expect(out).to.match(/^repeats \(events that may have been sent before\): (?:\d+ changed(?:, \d+ derived)?)$/mu);
    const again = world.receiver.received().slice(before);
    expect(again.filter(({ event }) => event === 'langfuse trace')).to.have.length(1);
    expect(world.receiver.distinct()).to.have.length(distinct);
  });

  it('refuses a changed key, names the way on, and sends nothing', async () => {
    const before = world.receiver.requests.length;
    const { code, err } = await world.sluice(['run', PIPELINE], {
      environment: { POSTHOG_API_KEY: 'phc_anotherkey1' },
    });
    expect(code).to.equal(2);
    expect(err).to.contain('rename the pipeline').and.not.to.contain('phc_anotherkey1');
    expect(world.receiver.requests.length).to.equal(before);
  });
});

describe('sluice preview', function () {
  this.timeout(60_000);
  let world: LangfuseWorld;
  before(async () => {
    world = await aLangfuseWorld({ traces: 20 });
  });
  after(() => world.end());

  it('prints the exact requests with the key masked, connects to no sink and writes nothing', async () => {
    const { code, out, err } = await world.sluice(
      ['preview', PIPELINE, '--stream', 'generation', '--limit', '3', '--json'],
      { environment: { POSTHOG_HOST: 'http://127.0.0.1:1' } },
    );
    expect(code, err).to.equal(0);
    const requests = JSON.parse(out) as { target: string; body: { api_key: string; batch: unknown[] } }[];
    for (const { target, body } of requests) {
      expect(target).to.equal('POST http://127.0.0.1:1/batch/');
      expect(body.api_key).to.equal('phc_***');
    }
    expect(requests.flatMap(({ body }) => body.batch)).to.have.length(3);
    expect(err).to.contain('this is v0');
    expect(out + err).not.to.contain(PROJECT_KEY);
    expect(existsSync(join(world.directory, '.sluice'))).to.equal(false);
  });

  it('answers what becomes of one trace by its address, whatever its values', async () => {
    const hostile = String.raw`E'\x1b[31m\u202Eevil\n::error::x'`;
    const [changed] = await world.query<{ id: string }>(
      `UPDATE traces SET name = ${hostile} WHERE id = (SELECT id FROM traces LIMIT 1) RETURNING id`,
    );
    const id = changed?.id ?? '';
    const address = `https://langfuse.example.com/project/any/traces/${id}`;
    const { code, out, err } = await world.sluice(['preview', PIPELINE, '--key', address]);
    expect(code, err).to.equal(0);
    expect(out).to.match(
      new RegExp(`^trace ${id}\n {2}created .*\n {2}state     nothing has been exported yet\n`, 'u'),
    );
    expect(out).to.contain(String.raw`"trace.name": "\u001b[31m\u202eevil\n::error::x"`);
    const unknown = await world.sluice(['preview', PIPELINE, '--key', 'nobody']);
    expect([unknown.code, unknown.err]).to.deep.equal([
      2,
      'sluice: no stream that the mapping reads has a record with the key nobody (looked in trace, generation, score)\n',
    ]);
  });

  it('previews another variant of the requests, and names the known ones', async () => {
    const { code, out, err } = await world.sluice(['preview', PIPELINE, '--limit', '1', '--variant', 'v1', '--json']);
    expect(code, err).to.equal(0);
    const [request] = JSON.parse(out) as { target: string; headers: Readonly<Record<string, string>> }[];
    expect(request?.target).to.match(/\/i\/v1\/analytics\/events$/u);
    expect(err).not.to.contain('this is v0');
    const unknown = await world.sluice(['preview', PIPELINE, '--variant', 'v2']);
    expect(unknown.code).to.equal(2);
    expect(unknown.err).to.contain('has no variant "v2": it has v0 and v1');
  });
});

describe('sluice run to a file', function () {
  this.timeout(60_000);
  let world: LangfuseWorld;
  before(async () => {
    world = await aLangfuseWorld({ traces: 20 });
  });
  after(() => world.end());

  it('writes one line per event', async () => {
    const path = join(world.directory, 'events.jsonl');
    const { code, err } = await world.sluice(['run', shipped('langfuse-to-jsonl.yaml')], {
      environment: { EVENTS_FILE: path },
    });
    expect(code, err).to.equal(0);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines).to.have.length(await rowsIn(world));
    expect(JSON.parse(lines[0] ?? '')).to.include.keys('event', 'uuid', 'distinct_id', 'timestamp', 'properties');
  });
});
