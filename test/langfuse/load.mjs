// Measures the export of a large Langfuse database: events per second, the memory of the sluice process, and the plans
// of every kind of statement. Not part of the tests: run `node test/langfuse/load.mjs [traces]` after a build.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LANGFUSE_SCHEMA_SQL } from '@sluice/langfuse-history';
import { startEmbeddedPostgres } from '@sluice/embedded-postgres';
import pg from 'pg';
import { readEveryPart } from './load-parts.mjs';
import { seedLoad } from './load-seed.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The source's default page size. */
const PAGE = 1000;
const TABLES = ['traces', 'observations', 'scores'];
const traces = Number(process.argv[2] ?? 300_000);
const directory = await mkdtemp(join(tmpdir(), 'sluice-load-'));
const server = await startEmbeddedPostgres({
  settings: {
    shared_buffers: '1GB',
    maintenance_work_mem: '512MB',
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_level': 'notice',
    'auto_explain.log_format': 'json',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_buffers': 'on',
  },
});
const receiver = createServer(answer).listen(0, '127.0.0.1');
try {
  for (const size of [traces / 10, traces]) await measure(Math.round(size));
} finally {
  receiver.close();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}

async function measure(size) {
  const url = await server.createDatabase(`load_${size}`);
  const client = new pg.Client(url);
  await client.connect();
  const startedMs = Date.now();
  await seedLoad(client, LANGFUSE_SCHEMA_SQL, size);
  print({ size, seededSeconds: seconds(startedMs) });
  for (const name of ['langfuse-to-jsonl', 'langfuse-to-posthog']) {
    print({ size, name, ...(await runSluice(url, name, `${name}-${size}`)) });
  }
  await client.query(`ALTER DATABASE load_${size} SET auto_explain.log_min_duration = 0`);
  await client.end();
  const plans = await plansDuring(() => readEveryPart(url));
  print({ size, plans: findings(plans) });
}

async function runSluice(url, name, file) {
  const { port } = receiver.address();
  const events = join(directory, `${file}.jsonl`);
  const startedMs = Date.now();
  const args = [join(ROOT, 'packages/cli/bin/sluice.js'), 'run', join(ROOT, `configs/${name}.yaml`), '--json'];
  const child = spawn(process.execPath, [...args, '--log-level', 'warn'], {
    cwd: directory,
    env: {
      SLUICE_STATE_DIRECTORY: await mkdtemp(join(directory, 'state-')),
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      LANGFUSE_DATABASE_URL: url,
      LANGFUSE_URL: 'https://langfuse.example.com',
      POSTHOG_HOST: `http://127.0.0.1:${port}`,
      POSTHOG_API_KEY: 'phc_loadtestloadtestloadtest',
      EVENTS_FILE: events,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let report = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (report += text));
  let maxRssMb = 0;
  const sampling = setInterval(() => {
    const path = `/proc/${child.pid}/status`;
    const status = existsSync(path) ? readFileSync(path, 'utf8') : '';
    maxRssMb = Math.max(maxRssMb, Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024));
  }, 100);
  const code = await new Promise((fulfil) => child.once('exit', fulfil));
  clearInterval(sampling);
  await rm(events, { force: true });
  const { streams = {} } = report === '' ? {} : JSON.parse(report);
  const accepted = Object.values(streams).reduce((sum, counts) => sum + (counts.accepted ?? 0), 0);
  const duration = seconds(startedMs);
  return { code, accepted, seconds: duration, eventsPerSecond: Math.round(accepted / duration), maxRssMb };
}

/** Does as little as a v0 receiver can, so that the sender is measured. */
function answer(request, response) {
  request.resume().on('end', () => {
    const isBatch = request.url.startsWith('/batch');
    response.writeHead(isBatch ? 200 : 404, { 'content-type': 'application/json' });
    response.end(isBatch ? '{"status":"Ok"}' : '{}');
  });
}

/** The plans that auto_explain reports to each connection of this process. */
async function plansDuring(work) {
  const plans = [];
  const { connect } = pg.Client.prototype;
  pg.Client.prototype.connect = function connectAndListen(...given) {
    this.on('notice', ({ message = '' }) => {
      const start = message.indexOf('{');
      if (message.includes('plan:')) plans.push(JSON.parse(message.slice(start)).Plan);
    });
    return connect.apply(this, given);
  };
  await work();
  pg.Client.prototype.connect = connect;
  return plans;
}

/** Plans that scan a whole table, or hold more rows than two pages. */
function findings(plans) {
  const bad = new Set();
  let mostBuffers = 0;
  for (const plan of plans) {
    mostBuffers = Math.max(mostBuffers, plan['Shared Hit Blocks'] + plan['Shared Read Blocks']);
    for (const node of nodesOf(plan)) {
      const kind = node['Node Type'];
      const rows = node['Actual Rows'] * node['Actual Loops'];
      if (kind === 'Seq Scan' && TABLES.includes(node['Relation Name'])) bad.add(`Seq Scan ${node['Relation Name']}`);
      if (/Sort|Hash|Materialize/.test(kind) && rows > 2 * PAGE) bad.add(`${kind} of ${rows} rows`);
    }
  }
  return { checked: plans.length, bad: [...bad], mostBuffers };
}

function nodesOf(plan) {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

function seconds(sinceMs) {
  return Math.round((Date.now() - sinceMs) / 100) / 10;
}

function print(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
