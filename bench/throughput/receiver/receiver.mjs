// A stand-in for PostHog in a process of its own. It answers as PostHog does, and takes as little CPU as it can.
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerTo, isForEvents } from './posthog-answers.mjs';
import { Reception } from './reception.mjs';

let options = { latencyMs: 0, protocol: 'v0' };
let reception = new Reception({});
let inFlight = 0;

const COMMANDS = {
  reset: ({ latencyMs = 0, protocol = 'v0', keepsEvents = false }) => {
    options = { latencyMs, protocol };
    reception = new Reception({ keepsEvents });
  },
  count: () => reception.count(),
  events: () => reception.events(),
};

async function handle(incoming, response) {
  inFlight += 1;
  const wire = await buffer(incoming);
  const { status, type, body } = await answerTo(incoming, wire, options.protocol);
  if (isForEvents(incoming)) {
    if (status === 200) reception.take(wire, inFlight);
    if (options.latencyMs > 0) await sleep(options.latencyMs);
  }
  inFlight -= 1;
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}

const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
  handle(incoming, response).catch((error) => response.destroy(error));
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));

async function obey({ command, given }) {
  process.send({ result: await COMMANDS[command](given) });
}
process.on('message', (message) => void obey(message));
process.on('disconnect', () => process.exit());
