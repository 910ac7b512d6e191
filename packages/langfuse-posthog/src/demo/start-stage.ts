import { join } from 'node:path';
import type { DemoOptions, DemoStage } from '@sluice/core/preset';
import type { ExpectedCounts, HistoryTotals, SeedHistoryOptions } from '@sluice/langfuse-history';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { AI_HISTORY_MS, aiFigures } from './ai-figures.js';
import { countEvents } from './count-events.js';
import { expectedEvents, type DemoEvents } from './expected-events.js';
import { writeEvents } from './write-events.js';

const PROJECT_KEY = 'phc_demo';

/** The database of one version of Langfuse. */
export interface DemoDatabase {
  readonly name: string;
  /** The variable of the pipeline file that holds its URL. */
  readonly variable: string;
  start(): Promise<{ readonly url: string; stop(): Promise<void> }>;
  /** Creates Langfuse's tables, fills them and counts what they hold. */
  seed(url: string, options: SeedHistoryOptions): Promise<ExpectedCounts>;
  /** What the observations hold in total. */
  totals(url: string): Promise<HistoryTotals>;
}

/** A Langfuse database with a history, and a receiver that behaves like PostHog. */
export async function startStage(
  { size, directory, say, signal }: DemoOptions,
  database: DemoDatabase,
  events: DemoEvents,
): Promise<DemoStage> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).toReversed()) await each();
  };
  try {
    say(`Starting ${database.name} and a receiver that behaves like PostHog …`);
    const server = await database.start();
    stops.push(() => server.stop());
    const receiver = await PosthogSimulator.start({ keys: [PROJECT_KEY], ai: true });
    stops.push(() => receiver.stop());
    signal.throwIfAborted();

    say(`Filling Langfuse’s tables with ${size.toLocaleString('en-US')} traces …`);
    const counts = await database.seed(server.url, {
      traces: size,
      now: Date.now(),
      random: Math.random,
      ...(events !== 'langfuse' && { historyMs: AI_HISTORY_MS }),
    });
    const history = { counts, totals: await database.totals(server.url) };
    signal.throwIfAborted();
    const expected = expectedEvents(events, history);
    return {
      environment: {
        [database.variable]: server.url,
        LANGFUSE_URL: 'https://langfuse.example.com',
        POSTHOG_HOST: receiver.url,
        POSTHOG_API_KEY: PROJECT_KEY,
      },
      received: () => receiver.received().length,
      counts: () => countEvents(expected, receiver),
      ...(events !== 'langfuse' && { figures: () => aiFigures(receiver.aiPages(), history) }),
      samples: () => expected.flatMap(({ event }) => receiver.received().find((each) => each.event === event) ?? []),
      keepEvents: async () => writeEvents(join(directory, 'received.jsonl'), receiver.received()),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
