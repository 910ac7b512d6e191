// What a state in Postgres costs where several workers or many pipelines use it: `npm run bench:state:workers`. First the
// commits of one worker and of four in turn, beside a history of 1,000 and of 100,000 parts, dead letters and digests: each
// commit of a worker comes after those of the three others. Then 200 pipelines in one process, all at once: reading, and
// taking and giving back the lease.
import { NO_COUNTS } from '@sluice/core/state';
import { postgresState } from '@sluice/postgres-state';
import pg from 'pg';
import { CONTEXT } from './silent-context.mjs';
import { markdownTable } from './throughput/markdown-table.mjs';
import { startPostgres } from './throughput/start-postgres.mjs';

const SIZES = [1000, 100_000];
const COMMITS = 100;
const PIPELINES = 200;
const HOUR_MS = 3_600_000;
const SUMS = ['0123456789abcdef', 'fedcba9876543210'];

function aStore(url, schema) {
  const config = postgresState.config.parse({ url, schema, lease: 'window', leaseSeconds: 3600 });
  return postgresState.create(config, CONTEXT);
}

function window(id) {
  return { stream: 'trace', axis: 'event', from: id * HOUR_MS, until: (id + 1) * HOUR_MS, revisitMs: 0 };
}

function advance(id, worker, digests) {
  const counts = { ...NO_COUNTS, read: 1, filtered: 1 };
  return { type: 'advance', id, mapping: 'm', counts, deadLetters: [], digests, worker, at: 1 };
}

const digest = (hour) => ({ hour: hour * HOUR_MS, delivered: 0, filtered: 1, deadLettered: 0, sums: SUMS });

/** Writes so many entries of the history, dead letters and digests beside what a first commit has written. */
async function fill(client, schema, size) {
  const numbers = `FROM generate_series(0, ${size - 1}) AS number`;
  await client.query(`
    INSERT INTO ${schema}.state_parts (pipeline, part, place, value)
      SELECT 'p', 'history', number,
        json_build_object('at', number, 'by', 'ada@ops-1', 'what', 'repair', 'detail', 'hour ' || number) ${numbers};
    INSERT INTO ${schema}.dead_letters (pipeline, id, letter)
      SELECT 'p', '1-' || number, json_build_object('id', '1-' || number, 'stream', 'trace', 'key', 'key-' || number,
        'reason', 'too-large', 'detail', 'too large', 'mapping', 'm', 'attempts', 1, 'at', 1) ${numbers};
    INSERT INTO ${schema}.digests SELECT 'p', 'trace', number * ${HOUR_MS}::bigint, 1, 0, 0, 1, 1 ${numbers};
    UPDATE ${schema}.pipelines SET lengths = NULL`);
}

async function withClient(url, work) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function ofCommits(url, size) {
  const schema = `workers_${size}`;
  const store = aStore(url, schema);
  const first = await store.acquire('p');
  await first.commit([{ type: 'run-ended', run: { at: 0, outcome: 'done' } }]);
  await first.release();
  await withClient(url, (client) => fill(client, schema, size));
  const workers = [];
  for (let index = 0; index < 4; index += 1) workers.push(await store.join('p'));
  let id = 0;
  for (const worker of workers) {
    id += 1;
    const { worker: claim } = worker;
    await worker.commit([{ type: 'plan', id, purpose: 'first-backfill', window: window(id), claim, at: 0 }]);
  }
  const measured = [];
  for (const sharing of [workers.slice(0, 1), workers]) {
    const elapsed = [];
    for (let commit = 0; commit < COMMITS; commit += 1) {
      const index = commit % sharing.length;
      const own = sharing[index];
      const begunMs = performance.now();
      await own.commit([advance(index + 1, own.worker, [digest(index)])]);
      elapsed.push(performance.now() - begunMs);
    }
    const sorted = elapsed.toSorted((a, b) => a - b);
    measured.push(sorted[Math.floor(sorted.length / 2)], sorted[Math.floor(sorted.length * 0.95)]);
  }
  for (const worker of workers) await worker.release();
  return measured.map((ms) => ms.toFixed(1));
}

/** How long it takes, how many connections it needs at most, and what it costs this process. */
async function ofPipelines(url, work) {
  const text = `SELECT count(*)::int AS now FROM pg_stat_activity WHERE application_name = 'sluice'`;
  const progress = { isOver: false };
  let most = 0;
  const [begunMs, begunCpu] = [performance.now(), process.cpuUsage()];
  const done = Promise.all(Array.from({ length: PIPELINES }, (_, index) => work(`pipeline-${index}`, index))).finally(
    () => {
      progress.isOver = true;
    },
  );
  await withClient(url, async (client) => {
    while (!progress.isOver) most = Math.max(most, (await client.query(text)).rows[0].now);
  });
  await done;
  const { user, system } = process.cpuUsage(begunCpu);
  return [(performance.now() - begunMs).toFixed(0), ((user + system) / 1000).toFixed(0), String(most)];
}

const postgres = await startPostgres();
try {
  const commits = [];
  for (const size of SIZES) commits.push([size.toLocaleString('en-US'), ...(await ofCommits(postgres.url, size))]);
  const header = ['history', 'alone, median', 'alone, p95', 'four in turn, median', 'four in turn, p95'];
  console.log(`one commit; milliseconds\n${markdownTable(header, commits)}`);

  // Each with a store of its own, as pipelines have.
  const reading = (name) => aStore(postgres.url, 'many').reader(name).read();
  const leasing = async (name) => (await aStore(postgres.url, 'many').acquire(name)).release();
  await leasing('first');
  const read = await ofPipelines(postgres.url, reading);
  // As many at once as a process has turns.
  const turns = Array.from({ length: 8 }, () => Promise.resolve());
  const inTurn = (name, index) => (turns[index % 8] = turns[index % 8].then(() => leasing(name)));
  const leased = await ofPipelines(postgres.url, inTurn);
  const columns = [`${PIPELINES} pipelines`, 'milliseconds', 'CPU of the process, ms', 'connections at most'];
  const rows = [
    ['read their states', ...read],
    ['take and give back the lease', ...leased],
  ];
  console.log(`\n${markdownTable(columns, rows)}`);
} finally {
  await postgres.stop();
}
