// Three processes serve 200 pipelines for a simulated day: `npm run bench:day`. Exits with 1 when a tick is missed or made
// twice, a record is lost, or a pipeline lags. `--hours 2 --pipelines 40 --at-once 8 --no-faults` change it. With `--no-exports`, ticks
// only wait: the scheduler and its turns alone.
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { Deployment } from './deployment.mjs';
import { FAULTS } from './faults.mjs';
import { readLags } from './read-lags.mjs';
import { report } from './report.mjs';
import { openWorld } from './world.mjs';

const PLACES = [0, 1, 2];
const HOUR_MS = 3_600_000;
/** How long before the next scheduled time the clock goes on, when nothing is left to do. */
const BEFORE_MS = 1000;
const LOOK_EVERY_MS = 250;
/** A day in which nothing changes for so long will not end. */
const STUCK_AFTER_MS = 120_000;

const { values } = parseArgs({
  options: {
    pipelines: { type: 'string', default: '200' },
    hours: { type: 'string', default: '24' },
    'at-once': { type: 'string', default: '8' },
    faults: { type: 'boolean', default: true },
    exports: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const [count, hours, atOnce] = ['pipelines', 'hours', 'at-once'].map((name) => Number(values[name]));

// Before a day on which clocks are set back in Berlin, at 01:00 UTC.
const from = Date.UTC(2026, 9, 24, 12);
let until = from + hours * HOUR_MS;
const begin = from - HOUR_MS / 3;
let aheadMs = begin - Date.now();
const now = () => Date.now() + aheadMs;
const sleep = (ms) => new Promise((resolve) => void setTimeout(resolve, ms));

const JOBS = `
  SELECT count(*) FILTER (WHERE state IN ('active', 'retry') OR start_after <= clock.now())::int AS open,
    count(*) FILTER (WHERE data ? 'served')::int AS served,
    (extract(epoch FROM min(start_after)) * 1000)::float8 AS next
  FROM sluice_scheduler.job WHERE name = 'sluice' AND state <= 'active'`;

const broken = new AbortController();
// Ctrl-C ends the day at the next moment in which nothing is due, with what was seen by then.
process.once('SIGINT', () => {
  until = Math.min(until, now());
});

const world = await openWorld({ count, aheadMs, from: begin, until: until + HOUR_MS });
const { files, environment } = world;
const deployment = new Deployment({ files, environment, atOnce, turnMs: 600_000, exports: values.exports }, aheadMs);
try {
  process.exitCode = (await day()) ? 0 : 1;
} catch (error) {
  console.error(error);
  process.exitCode = 2;
} finally {
  await deployment.stop('SIGKILL');
  await world.close();
}

async function day() {
  const seen = { lags: [], connections: 0, faults: [] };
  const begunMs = performance.now();
  await Promise.all(PLACES.map((place) => deployment.start(place, { isFirst: true })));
  const servingMs = performance.now() - begunMs;
  await everyLook(seen, async ({ served, open }) => served === count && open === 0);
  const start = { servingMs, tickedMs: performance.now() - begunMs, connections: seen.connections };
  await world.recordTicks();
  deployment.measure();
  start.rss = Math.max(...[...deployment.figures.values()].map(({ rss }) => rss));
  const databaseBegunMs = await world.databaseCpuMs();

  const faults = values.faults ? [...FAULTS] : [];
  let happening;
  await everyLook(seen, async ({ open, next }) => {
    const due = faults[0];
    if (happening === undefined && due !== undefined && now() >= from + Math.floor(due.after * hours) * HOUR_MS) {
      faults.shift();
      happening = make(due, seen).finally(() => {
        happening = undefined;
      });
      // Thrown by the loop, not here.
      happening.catch((error) => broken.abort(error));
    }
    if (seen.faults.at(-1)?.isOver === false || open > 0) return false;
    if (now() > until) return true;
    if (next - now() > 2 * BEFORE_MS) {
      aheadMs += next - BEFORE_MS - now();
      await world.setClock(aheadMs);
      deployment.aheadMs = aheadMs;
      await sample(seen, 'quiet');
    }
    return false;
  });
  const databaseCpuMs = (await world.databaseCpuMs()) - databaseBegunMs;
  const exits = await deployment.stop();
  const measured = { start, seen, exits, realMs: performance.now() - begunMs, databaseCpuMs };
  return report({ world, deployment, measured, from, until, exports: values.exports });
}

/** Looks again and again until the day goes on; a database that is being restarted is looked at later. */
async function everyLook(seen, isOver) {
  let known;
  let changedMs = performance.now();
  for (let look = 0; ; look += 1) {
    broken.signal.throwIfAborted();
    deployment.measure();
    const [jobs, connected] = await Promise.all([
      world.query(JOBS),
      world.query(`SELECT count(*)::int AS count FROM pg_stat_activity WHERE backend_type = 'client backend'`),
    ]).catch(() => []);
    if (connected !== undefined) seen.connections = Math.max(seen.connections, connected[0].count);
    if (jobs !== undefined && (await isOver(jobs[0]))) return;
    if (!isDeepStrictEqual(jobs, known)) [known, changedMs] = [jobs, performance.now()];
    if (performance.now() - changedMs > STUCK_AFTER_MS) throw new Error(`nothing moves: ${JSON.stringify(jobs)}`);
    if (look % 8 === 0) await sample(seen, 'busy');
    await sleep(LOOK_EVERY_MS);
  }
}

async function sample(seen, when) {
  const at = now();
  const lags = await readLags([...deployment.living.values()].flatMap(({ url }) => url ?? []));
  seen.lags.push({ at, when, fault: seen.faults.at(-1)?.isOver === false, lags });
}

/** Waits for a process in the middle of a run, and does something to it or to all. */
async function make({ name, happen }, seen) {
  const worker = await busyWorker();
  const fault = { name, at: now(), isOver: false };
  seen.faults.push(fault);
  console.error(`${new Date(fault.at).toISOString()} ${name}`);
  await happen({ world, deployment, worker, pass: sleep });
  fault.isOver = true;
}

async function busyWorker() {
  for (;;) {
    for (const worker of deployment.living.values()) if (worker.running.size > 1) return worker;
    await sleep(5);
  }
}
