import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { expect } from 'chai';
import { launch } from './langfuse-world.js';
import { VISITS_SCHEMA, visitsMapping } from './visits.js';

const WINDOWS = 30;
const PER_WINDOW = 4;

const PIPELINE = `sluice: 1
pipeline: visits
source: { use: jsonl, with: { files: visits.jsonl, schema: visits.schema.yaml } }
sink: { use: webhook, with: { url: '\${RECEIVER_URL}', headers: { X-Process: '\${PROCESS}' } } }
schedule: { every: 30d }
state: { use: postgres, with: { url: '\${DATABASE_URL}', lease: window, leaseSeconds: 4 } }
scheduler: { use: pg-boss, with: { url: '\${DATABASE_URL}' } }
delivery: { maxInFlight: 1 }
maxWindow: 1d
${visitsMapping('webhook')}`;
const DAY = 86_400_000;
const JOINS = 'joining the run of another process';
const LEAVES = 'leaving the run: no work is left for one more process';

/** Receives events; slow as long as the test says so. */
interface Receiver {
  readonly url: string;
  readonly ids: string[];
  /** How many requests each process has made. */
  readonly requests: Map<string, number>;
  delayMs: number;
  close(): Promise<void>;
}

async function aReceiver(): Promise<Receiver> {
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // A run begins with `HEAD`.
    if (request.method === 'POST') {
      const name = String(request.headers['x-process']);
      receiver.requests.set(name, (receiver.requests.get(name) ?? 0) + 1);
      const events = (await json(request)) as { properties: { id: string } }[];
      await delay(receiver.delayMs);
      receiver.ids.push(...events.map(({ properties }) => properties.id));
    }
    response.end();
  };
  const server = createServer((request, response) => void receive(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    ids: [],
    requests: new Map(),
    delayMs: 1000,
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
  return receiver;
}

describe('a pipeline that two schedulers share window by window', function () {
  this.timeout(180_000);
  const children = new Set<ChildProcess>();
  let folder: string;
  let receiver: Receiver;
  let environment: Readonly<Record<string, string>>;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-joined-'));
    writeFileSync(join(folder, 'p.yaml'), PIPELINE);
    writeFileSync(join(folder, 'visits.schema.yaml'), VISITS_SCHEMA);
    const lines = Array.from({ length: WINDOWS * PER_WINDOW }, (_, id) =>
      JSON.stringify({ id: `v${id}`, at: new Date(Date.UTC(2026, 0, 1) + (id * DAY) / PER_WINDOW).toISOString() }),
    );
    writeFileSync(join(folder, 'visits.jsonl'), `${lines.join('\n')}\n`);
    receiver = await aReceiver();
    const url = await createSharedDatabase('joined');
    environment = { PATH: process.env['PATH'] ?? '', DATABASE_URL: url, RECEIVER_URL: receiver.url };
  });
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await receiver.close();
    rmSync(folder, { recursive: true });
  });

  const start = (name: string) => {
    const args = ['start', 'p.yaml', '--listen', '127.0.0.1:0'];
    return launch(args, folder, { ...environment, PROCESS: name }, children);
  };

  it('is joined by the second, which goes on alone when the first is frozen, and ends once', async () => {
    const first = start('first');
    await first.logged('the run starts');
    const second = start('second');
    await second.logged(JOINS);
    while (!receiver.requests.has('second')) await delay(20);
    first.kill('SIGSTOP');
    const frozenAt = Date.now();
    receiver.delayMs = 0;
    const left = await second.logged(LEAVES);
    expect(left['records']).to.be.greaterThan(0);
    await second.logged('the run is done');
    console.log(`      the run of the frozen process was done ${Date.now() - frozenAt} ms later`);
    const all = Array.from({ length: WINDOWS * PER_WINDOW }, (_, id) => `v${id}`).toSorted();
    expect([...new Set(receiver.ids)].toSorted()).to.deep.equal(all);
    // At most what was on its way when the first froze is sent again: of a window, and of the one begun before it ended.
    expect(receiver.ids.length - all.length).to.be.lessThanOrEqual(2 * PER_WINDOW);

    const sent = receiver.requests.get('first');
    first.kill('SIGCONT');
    await first.logged('the run failed; the next run retries');
    const { url } = await first.logged('serving /healthz, /readyz and /metrics');
    // It learns from the state that the run went on elsewhere.
    while ((await fetch(`${String(url)}/readyz`)).status !== 200) await delay(50);
    for (const each of [first, second]) {
      each.kill('SIGTERM');
      expect((await each.ended).code).to.equal(143);
    }
    expect(receiver.requests.get('first')).to.equal(sent);
  });
});
