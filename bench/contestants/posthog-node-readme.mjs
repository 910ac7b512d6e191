// posthog-node as its README shows it: capture, and shutdown at the end. Its queue drops the oldest events.
import { PostHog } from 'posthog-node';
import { EVENT_KINDS } from './event-kinds.mjs';
import { openDatabase, rowsOf } from './open-database.mjs';

const client = new PostHog(process.env.POSTHOG_API_KEY, { host: process.env.POSTHOG_HOST });

const database = openDatabase();
for (const { query, toEvent } of EVENT_KINDS) {
  for await (const row of rowsOf(database, query)) client.capture(toEvent(row));
}
await client.shutdown();
await database.destroy();
