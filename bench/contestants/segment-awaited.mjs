// Segment's client with care: the largest batch that it can be told to send, and a flush that is awaited after each.
import { Analytics } from '@segment/analytics-node';
import { EVENT_KINDS } from './event-kinds.mjs';
import { openDatabase, rowsOf } from './open-database.mjs';

const maxEvents = Number(process.env.MAX_EVENTS ?? 1000);
const analytics = new Analytics({
  writeKey: process.env.POSTHOG_API_KEY,
  host: process.env.POSTHOG_HOST,
  maxEventsInBatch: maxEvents,
});
analytics.on('error', (error) => {
  throw error;
});

const database = openDatabase();
let waiting = 0;
for (const { query, toEvent } of EVENT_KINDS) {
  for await (const row of rowsOf(database, query)) {
    const { event, uuid, distinctId, timestamp, properties } = toEvent(row);
    analytics.track({ event, messageId: uuid, userId: distinctId, timestamp, properties });
    waiting += 1;
    if (waiting < maxEvents) continue;
    await analytics.flush();
    waiting = 0;
  }
}
await analytics.closeAndFlush();
await database.destroy();
