// What an engineer would write without a library: rows streamed as objects, object literals, `JSON.stringify` of the
// batch, got. The next batch is read while one is sent.
import { Agent } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { got } from 'got';
import { EVENT_KINDS } from './event-kinds.mjs';
import { openDatabase, rowsOf } from './open-database.mjs';

const compress = promisify(gzip);
const isCompressed = process.env.GZIP === 'true';
const maxEvents = Number(process.env.MAX_EVENTS ?? 1000);
const agent = { http: new Agent({ keepAlive: true }) };

async function send(batch) {
  const text = JSON.stringify({ api_key: process.env.POSTHOG_API_KEY, historical_migration: true, batch });
  await got.post(`${process.env.POSTHOG_HOST}/batch/`, {
    agent,
    body: isCompressed ? await compress(text, { level: 1 }) : text,
    headers: { 'content-type': 'application/json', ...(isCompressed && { 'content-encoding': 'gzip' }) },
    retry: { limit: 3, methods: ['POST'] },
  });
}

const database = openDatabase();
let sending;
let batch = [];
for (const { query, toEvent } of EVENT_KINDS) {
  for await (const row of rowsOf(database, query)) {
    const { event, uuid, distinctId, timestamp, properties } = toEvent(row);
    batch.push({ event, uuid, distinct_id: distinctId, timestamp, properties });
    if (batch.length < maxEvents) continue;
    await sending;
    sending = send(batch);
    batch = [];
  }
}
await sending;
if (batch.length > 0) await send(batch);
await database.destroy();
agent.http.destroy();
