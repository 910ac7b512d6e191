// Sends bodies that are finished already, four at a time: what HTTP and the receiver allow. Ten different bodies are sent
// over and over, so most of their events arrive more than once.
import { Agent } from 'node:http';
import { got } from 'got';

const maxEvents = 4000;
const events = Number(process.env.EVENTS);
const agent = { http: new Agent({ keepAlive: true }) };

const eventOf = (index) => ({
  event: 'langfuse generation',
  uuid: `00000000-0000-5000-8000-${index.toString(16).padStart(12, '0')}`,
  distinct_id: `user-${index % 500}@example.com`,
  timestamp: '2026-03-01T00:00:00.000Z',
  properties: { langfuse_filler: 'x'.repeat(650) },
});
const bodies = Array.from({ length: 10 }, (_item, body) => bodyOf(body * maxEvents));

function bodyOf(first) {
  const batch = Array.from({ length: maxEvents }, (_item, index) => eventOf(first + index));
  return Buffer.from(JSON.stringify({ api_key: process.env.POSTHOG_API_KEY, batch }));
}

let next = 0;
const requests = Math.floor(events / maxEvents);
async function sendInTurn() {
  while (next < requests) {
    const body = bodies[next % bodies.length];
    next += 1;
    const headers = { 'content-type': 'application/json' };
    await got.post(`${process.env.POSTHOG_HOST}/batch/`, { agent, body, headers });
  }
}
await Promise.all(Array.from({ length: 4 }, sendInTurn));
agent.http.destroy();
