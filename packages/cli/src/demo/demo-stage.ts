import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import type { PipelineConfig } from '@sluice/core';
import { manualRuntime } from '@sluice/testkit';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { expectedCounts, LANGFUSE_SCHEMA_SQL, seedHistory, type ExpectedCounts } from '@sluice/langfuse-history';
import { startEmbeddedPostgres } from '@sluice/embedded-postgres';
import pg from 'pg';
import type { EventCounts } from './demo-report.js';

const PROJECT_KEY = 'phc_demo';

export interface DemoStageOptions {
  readonly traces: number;
  readonly keep: boolean;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** The world of the demo: a Langfuse database with a history, and a receiver that behaves like PostHog. */
export interface DemoStage {
  /** Holds the state and, with `keep`, the received events. */
  readonly directory: string;
  /** The variables of the shipped pipeline. */
  readonly environment: Readonly<Record<string, string>>;
  /** The pipeline's state store, in the demo's folder. */
  stateIn(state: PipelineConfig['state']): PipelineConfig['state'];
  receivedEvents(): number;
  /** What the database holds, by SQL of its own, beside what arrived. */
  counts(): Promise<readonly EventCounts[]>;
  /** One event of each kind. */
  samples(): readonly object[];
  /** Stops everything and removes the folder, unless it is kept. */
  end(): Promise<void>;
}

export async function startDemoStage({ traces, keep, say, signal }: DemoStageOptions): Promise<DemoStage> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-demo-'));
  const ends: (() => Promise<void>)[] = [
    async () => {
      if (!keep) await rm(directory, { recursive: true, force: true });
    },
  ];
  const end = async () => {
    for (const each of ends.splice(0).toReversed()) await each();
  };
  try {
    say('Starting Postgres and a receiver that behaves like PostHog …');
    const postgres = await startEmbeddedPostgres({ serverUrl: '' });
    ends.push(() => postgres.stop());
    const receiver = await PosthogSimulator.start({ keys: [PROJECT_KEY] });
    ends.push(() => receiver.stop());
    signal.throwIfAborted();

    say(`Seeding Langfuse’s tables with ${traces.toLocaleString('en-US')} traces …`);
    const expected = await seed(postgres.url, traces);
    signal.throwIfAborted();
    if (keep) ends.push(() => writeEvents(join(directory, 'received.jsonl'), receiver.received()));

    return {
      directory,
      environment: {
        LANGFUSE_DATABASE_URL: postgres.url,
        LANGFUSE_URL: 'https://langfuse.example.com',
        POSTHOG_HOST: receiver.url,
        POSTHOG_API_KEY: PROJECT_KEY,
      },
      stateIn: (state) => ({ ...state, config: { directory: join(directory, 'state') } }),
      receivedEvents: () => receiver.received().length,
      counts: async () => countsOf(expected, receiver),
      samples: () => KINDS.flatMap(({ event }) => receiver.received().find((each) => each.event === event) ?? []),
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

const KINDS = [
  { event: 'langfuse trace', stream: 'trace' },
  { event: 'langfuse generation', stream: 'generation' },
  { event: 'langfuse score', stream: 'score' },
] as const;

async function seed(url: string, traces: number): Promise<ExpectedCounts> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(LANGFUSE_SCHEMA_SQL);
    const seeded = manualRuntime({ seed: 2026 });
    await seedHistory(client, { traces, now: Date.now(), random: () => seeded.random() });
    return await expectedCounts(client);
  } finally {
    await client.end();
  }
}

function countsOf(expected: ExpectedCounts, receiver: PosthogSimulator): readonly EventCounts[] {
  const count = (events: readonly { readonly event: string }[], name: string) =>
    events.filter(({ event }) => event === name).length;
  return KINDS.map(({ event, stream }) => ({
    event,
    expected: expected[stream],
    received: count(receiver.received(), event),
    distinct: count(receiver.distinct(), event),
  }));
}

async function writeEvents(path: string, events: readonly object[]): Promise<void> {
  const file = createWriteStream(path);
  for (const event of events) if (!file.write(`${JSON.stringify(event)}\n`)) await once(file, 'drain');
  file.end();
  await once(file, 'finish');
}
