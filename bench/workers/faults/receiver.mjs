// A stand-in for PostHog in a process of its own, at the address that is given. It reads every event and compares.
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { answerTo, isForEvents } from '../../throughput/receiver/posthog-answers.mjs';
import { Arrivals } from './arrivals.mjs';

const [, , host, latencyMs] = process.argv;
const arrivals = new Arrivals();
const openedAt = new WeakMap();

const COMMANDS = {
  count: () => arrivals.count(),
  keepAsReference: () => arrivals.keepAsReference(),
  watch: (given) => arrivals.watch(given),
  firstArrivals: () => arrivals.firstArrivals(),
  compare: () => arrivals.compare(),
};

async function handle(incoming, response) {
  const { socket } = incoming;
  const address = socket.remoteAddress;
  const request = { address, openedAt: openedAt.get(socket), begunAt: Date.now() };
  const wire = await buffer(incoming);
  const { status, type, body } = await answerTo(incoming, wire, 'v0');
  if (isForEvents(incoming)) {
    const text = incoming.headers['content-encoding'] === 'gzip' || wire[0] === 0x1f ? gunzipSync(wire) : wire;
    arrivals.take(JSON.parse(text.toString()).batch, request);
    await sleep(Number(latencyMs));
  }
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}

const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
  handle(incoming, response).catch((error) => response.destroy(error));
});
server.on('connection', (socket) => openedAt.set(socket, Date.now()));
server.listen(0, host, () => process.send({ url: `http://${host}:${server.address().port}` }));

process.on('message', ({ command, given }) => process.send({ result: COMMANDS[command](given) }));
process.on('disconnect', () => process.exit());
