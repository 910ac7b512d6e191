import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonValue } from '@sluice/core/adapter';
import { createSharedClickHouseDatabase } from '@sluice/embedded-clickhouse';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { langfuseClickHouseSource } from '@sluice/langfuse-clickhouse-source';
import {
  aTraceVersion,
  insertVersions,
  seedClickHouse,
  seedDatabase,
  type ExpectedCounts,
} from '@sluice/langfuse-history';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { createSluice, type LoadedPipeline } from '@sluice/sluice';
import { anAdapterContext, manualRuntime } from '@sluice/testkit';
import { expect } from 'chai';
import { parse } from 'yaml';
import { eventsOfOwnExporter } from './events-of-own-exporter.js';

const CONFIGS = fileURLToPath(new URL('../../../configs', import.meta.url));
const NOW = Date.now();

type Version = 'v2' | 'v3' | 'v4';
type Received = ReturnType<PosthogSimulator['received']>[number];

interface Seeded {
  readonly url: string;
  readonly expected: ExpectedCounts;
}

const databases = new Map<Version, Promise<Seeded>>();

/** The same history in the tables of each version, made once. */
function seeded(version: Version): Promise<Seeded> {
  const database = databases.get(version) ?? seed(version);
  databases.set(version, database);
  return database;
}

async function seed(version: Version): Promise<Seeded> {
  const history = { traces: 15, now: NOW, random: manualRuntime({ seed: 11 }).random };
  if (version === 'v2') {
    const url = await createSharedDatabase(version);
    return { url, expected: await seedDatabase(url, history) };
  }
  const url = await createSharedClickHouseDatabase(version);
  return { url, expected: await seedClickHouse(url, { ...history, version }) };
}

describe('Langfuse v2, v3 and v4 with the files that ship', function () {
  this.timeout(60_000);
  let directory: string;
  let receiver: PosthogSimulator;
  let ofV2: ReadonlyMap<string, Received>;

  const keyOf = ({ event, uuid }: Received): string => `${event} ${uuid}`;

  async function shippedPipeline(
    version: Version,
    url: string,
    changes: object = {},
    events = '',
  ): Promise<LoadedPipeline> {
    const environment = {
      LANGFUSE_DATABASE_URL: url,
      LANGFUSE_CLICKHOUSE_URL: url,
      LANGFUSE_URL: 'https://langfuse.example.com',
      POSTHOG_HOST: receiver.url,
      POSTHOG_API_KEY: 'phc_versions',
      SLUICE_STATE_DIRECTORY: join(directory, version),
    };
    const file = version === 'v2' ? `langfuse-to-posthog${events}.yaml` : `langfuse-v3-to-posthog${events}.yaml`;
    const shipped: object = parse(readFileSync(join(CONFIGS, file), 'utf8'));
    return createSluice({ environment, logLevel: 'silent' }).load(
      { ...shipped, ...changes },
      { baseDirectory: CONFIGS },
    );
  }

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-versions-'));
    receiver = await PosthogSimulator.start({ keys: ['phc_versions'] });
    const { url } = await seeded('v2');
    expect(await (await shippedPipeline('v2', url)).run()).to.include({ outcome: 'done' });
    ofV2 = new Map(receiver.received().map((event) => [keyOf(event), event]));
  });
  after(async () => {
    await receiver.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  for (const version of ['v3', 'v4'] as const) {
    it(`sends from ${version} the events of v2: none is new, none is missing, and none counts twice`, async () => {
      const { url, expected } = await seeded(version);
      const pipeline = await shippedPipeline(version, url);
      const before = receiver.received().length;
      expect(await pipeline.run()).to.include({ outcome: 'done' });
      const sent = receiver.received().slice(before);
      expect(sent).to.have.length(expected.trace + expected.generation + expected.score);
      // What PostHog tells events apart by is the same, so that those of v2 are replaced.
      expect(receiver.distinct()).to.have.length(ofV2.size);
      for (const event of sent) {
        const earlier = ofV2.get(keyOf(event));
        expect(event, keyOf(event)).to.include({ timestamp: earlier?.timestamp, distinctId: earlier?.distinctId });
        expect(comparable(event, version), keyOf(event)).to.deep.equal(earlier && comparable(earlier, version));
      }
      expect(await pipeline.run()).to.include({ outcome: 'done' });
      expect(receiver.received()).to.have.length(before + sent.length);
      const { streams } = await pipeline.verify();
      expect(streams.flatMap(({ differences }) => differences)).to.deep.equal([]);
    });
  }

  it('gives the same steps of the traces from v2, v3 and v4', async () => {
    const [steps = new Map(), ...otherVersions] = await Promise.all(
      (['v2', 'v3', 'v4'] as const).map(async (version) => stepsOf(version, (await seeded(version)).url)),
    );
    expect(new Set([...steps.values()].map(({ type }) => type))).to.have.keys('SPAN', 'EVENT', 'GENERATION');
    for (const others of otherVersions) expect(others).to.deep.equal(steps);
  });

  it('shows a step by the address of its page, in whichever streams the mapping reads', async () => {
    const observation = { event: 'step', from: 'observation', include: ['common'], timestamp: 'start_time' };
    const mapping = { extends: 'mappings/langfuse-posthog.yaml', events: [observation] };
    for (const version of ['v2', 'v3'] as const) {
      const { url } = await seeded(version);
      const steps = [...(await stepsOf(version, url)).values()];
      const shown = async (type: string, changes: object): Promise<string[]> => {
        const { id, project_id: project } = steps.find((step) => step['type'] === type) ?? {};
        const key = `https://langfuse.example.com/project/${String(project)}/traces/t?observation=${String(id)}`;
        const { records } = await (await shippedPipeline(version, url, changes)).preview({ key, limit: 1 });
        return records.flatMap(({ stream, record }) => (record['id'] === id ? [stream] : []));
      };
      expect(await shown('GENERATION', {})).to.deep.equal(['generation']);
      expect(await shown('GENERATION', { mapping })).to.deep.equal(['generation', 'observation']);
      expect(await shown('SPAN', { mapping })).to.deep.equal(['observation']);
    }
  });

  it('sends what Langfuse’s own exporter of v3 sends under the same name, uuid, distinct id and time', async () => {
    const { url } = await seeded('v3');
    const ours = [...ofV2.values()].map(({ event, uuid, distinctId, timestamp }) => [
      event,
      uuid,
      distinctId,
      timestamp,
    ]);
    expect(await eventsOfOwnExporter(url)).to.have.deep.members(ours);
  });

  it('goes on with the state of v3 after an upgrade to v4, and accounts for every record', async () => {
    const { url } = await seeded('v4');
    const before = receiver.received().length;
    const pipeline = await shippedPipeline('v3', url);
    // In one database the state belongs to the source without this.
    await pipeline.state.accept(await pipeline.state.planAcceptance(), { by: 'a test' });
    expect(await pipeline.run()).to.include({ outcome: 'done' });
    expect(receiver.received()).to.have.length(before);
    const { streams } = await pipeline.verify();
    expect(streams.every(({ delivered }) => delivered > 0)).to.equal(true);
    expect(streams.flatMap(({ differences }) => differences)).to.deep.equal([]);
  });

  it('sends the same AI events from all of them, except for what v2 does not have', async () => {
    const sent = async (version: Version): Promise<ReadonlyMap<string, Received>> => {
      const { url } = await seeded(version);
      const before = receiver.received().length;
      const pipeline = await shippedPipeline(version, url, {}, '-ai');
      expect(await pipeline.run()).to.include({ outcome: 'done' });
      return new Map(
        receiver
          .received()
          .slice(before)
          .map((event) => [keyOf(event), event]),
      );
    };
    const ofAi = await sent('v2');
    const names = new Set([...ofAi.values()].map(({ event }) => event));
    expect(names).to.include.keys('$ai_trace', '$ai_generation', '$ai_span', '$ai_metric');
    for (const version of ['v3', 'v4'] as const) {
      const events = await sent(version);
      expect([...events.keys()]).to.have.members([...ofAi.keys()]);
      for (const [key, event] of events) {
        const earlier = ofAi.get(key);
        expect(event.distinctId, key).to.equal(earlier?.distinctId);
        expect(Math.abs(Date.parse(event.timestamp) - Date.parse(earlier?.timestamp ?? '')), key).to.be.below(2);
        expect(comparable(event, version), key).to.deep.equal(earlier && comparable(earlier, version));
      }
    }
  });

  it('continues after an upgrade of v2 with what is new: an overlap doubles nothing, and leaves no gap', async () => {
    const { url } = await seeded('v3');
    const day = (ago: number): string => new Date(NOW - ago * 86_400_000).toISOString().slice(0, -1).replace('T', ' ');
    const upgraded = { created_at: day(0.1), updated_at: day(0.1), event_ts: day(0.1) };
    await insertVersions(url, 'traces', [
      aTraceVersion({ ...upgraded, id: 'new', timestamp: day(0.1) }),
      aTraceVersion({ ...upgraded, id: 'late', timestamp: day(4) }),
      aTraceVersion({ ...upgraded, id: 'before the start', timestamp: day(9) }),
    ]);
    const before = receiver.received().length;
    const pipeline = await shippedPipeline('v3', url, { pipeline: 'upgraded', start: day(7).slice(0, 10) });
    expect(await pipeline.run()).to.include({ outcome: 'done' });
    const sent = receiver.received().slice(before);
    const added = sent.filter((event) => !ofV2.has(keyOf(event)));
    expect(added.map(({ properties }) => properties['langfuse_id'])).to.have.members(['new', 'late']);
    expect(sent).to.have.length.above(added.length);
    const own = receiver.distinct().filter(({ event }) => event.startsWith('langfuse '));
    expect(own).to.have.length(ofV2.size + added.length);
    const { streams } = await pipeline.verify();
    expect(streams.flatMap(({ differences }) => differences)).to.deep.equal([]);
  });
});

/** What a step has alike in each version. Usage, costs and the first span of a trace have their differences. */
const STEP =
  `id type project_id trace_id parent_observation_id name end_time completion_start_time model model_parameters
  level status_message prompt_name prompt_version trace.id trace.name trace.user_id trace.session_id trace.release
  trace.tags`.split(/\s+/);

type Step = Readonly<Record<string, unknown>>;

/** The steps of every trace as a source gives them, by their ids. */
async function stepsOf(version: Version, url: string): Promise<ReadonlyMap<unknown, Step>> {
  const context = anAdapterContext();
  const source =
    version === 'v2'
      ? langfusePostgresSource.create(langfusePostgresSource.config.parse({ url }), context)
      : langfuseClickHouseSource.create(langfuseClickHouseSource.config.parse({ url }), context);
  const window = { stream: 'observation', axis: 'event', from: 0, until: NOW + 1, revisitMs: 0 } as const;
  const steps = new Map<unknown, Step>();
  for await (const { rows } of source.read({ window, fields: STEP.map((field) => ({ field })) })) {
    for (const row of rows) steps.set(row[0], Object.fromEntries(STEP.map((field, index) => [field, row[index]])));
  }
  await source.close();
  return steps;
}

/** In v4, what has no version has that of its trace, and the trace is a span of its own that may be a little longer. */
const OTHERWISE_IN_V4 = ['langfuse_version', 'langfuse_latency'];

/** Of a fraction of a millisecond, PostgreSQL rounds what ClickHouse cuts. */
const ROUNDED = ['$ai_latency'];

/** Environments and details of usage are new in v3, and the history has only total costs there. */
const NOT_IN_V2 = [
  'langfuse_environment',
  '$ai_cache_reporting_exclusive',
  '$ai_input_cost_usd',
  '$ai_output_cost_usd',
];

/** ClickHouse adds up decimals, and PostgreSQL rounds products of them to doubles. */
function comparable({ properties }: Received, version: Version): Readonly<Record<string, JsonValue>> {
  const others = [...ROUNDED, ...NOT_IN_V2, ...(version === 'v4' ? OTHERWISE_IN_V4 : [])];
  const kept = Object.entries(properties).filter(([name]) => !others.includes(name));
  const rounded = kept.map(([name, value]): [string, JsonValue] => [
    name,
    name.endsWith('_cost_usd') && typeof value === 'number' ? Number(value.toPrecision(12)) : value,
  ]);
  return Object.fromEntries(rounded);
}
