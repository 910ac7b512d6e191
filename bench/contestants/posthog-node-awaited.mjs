// posthog-node with care: a queue that holds a batch, and a flush that is awaited after every batch.
import { PostHog } from 'posthog-node';
import { EVENT_KINDS } from './event-kinds.mjs';
import { openDatabase, rowsOf } from './open-database.mjs';

const maxEvents = Number(process.env.MAX_EVENTS ?? 1000);
const client = new PostHog(process.env.POSTHOG_API_KEY, {
  host: process.env.POSTHOG_HOST,
  flushAt: maxEvents,
  maxBatchSize: maxEvents,
  maxQueueSize: 10 * maxEvents,
  flushInterval: 0,
  historicalMigration: true,
});
client.on('error', (error) => {
  throw error;
});

const database = openDatabase();
let waiting = 0;
for (const { query, toEvent } of EVENT_KINDS) {
  for await (const row of rowsOf(database, query)) {
    client.capture(toEvent(row));
    waiting += 1;
    if (waiting < maxEvents) continue;
    await client.flush();
    waiting = 0;
  }
}
await client.shutdown();
await database.destroy();
