import { join } from 'node:path';
import type { DemoOptions, DemoStage } from '@sluice/core/preset';
import { startEmbeddedPostgres } from '@sluice/embedded-postgres';
import { seedDatabase } from '@sluice/langfuse-history';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { KINDS, countEvents } from './count-events.js';
import { writeEvents } from './write-events.js';

const PROJECT_KEY = 'phc_demo';

/** A Langfuse database with a history, and a receiver that behaves like PostHog. */
export async function startDemo({ size, directory, say, signal }: DemoOptions): Promise<DemoStage> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).toReversed()) await each();
  };
  try {
    say('Starting Postgres and a receiver that behaves like PostHog …');
    const postgres = await startEmbeddedPostgres({ serverUrl: '' });
    stops.push(() => postgres.stop());
    const receiver = await PosthogSimulator.start({ keys: [PROJECT_KEY] });
    stops.push(() => receiver.stop());
    signal.throwIfAborted();

    say(`Filling Langfuse’s tables with ${size.toLocaleString('en-US')} traces …`);
    const expected = await seedDatabase(postgres.url, { traces: size, now: Date.now(), random: Math.random });
    signal.throwIfAborted();
    return {
      environment: {
        LANGFUSE_DATABASE_URL: postgres.url,
        LANGFUSE_URL: 'https://langfuse.example.com',
        POSTHOG_HOST: receiver.url,
        POSTHOG_API_KEY: PROJECT_KEY,
      },
      received: () => receiver.received().length,
      counts: () => countEvents(expected, receiver),
      samples: () => KINDS.flatMap(({ event }) => receiver.received().find((each) => each.event === event) ?? []),
      keepEvents: async () => writeEvents(join(directory, 'received.jsonl'), receiver.received()),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
