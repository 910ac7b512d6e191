import { markdownTable } from '../throughput/markdown-table.mjs';
import { auditPipeline, percentile } from './audit.mjs';

const SETTLE_MS = 60_000;
/** How far a pipeline may lag behind more than its schedule lets it. */
const MOST_EXCESS_MS = 300_000;

/** Prints what the day was like. @returns whether it was as it should be */
export async function report({ world, deployment, measured, from, until, exports }) {
  const { start, seen, exits, realMs, databaseCpuMs } = measured;
  const ticks = await ticksOf(world);
  const audits = world.pipelines.map((pipeline) => ({
    ...pipeline,
    ...auditPipeline({ schedule: pipeline.schedule, ticks: ticks.get(pipeline.name) ?? [], from, until }),
  }));
  const lost = exports ? await lostRecords(world, ticks) : [];
  const failures = [
    ...audits.flatMap(({ name, missed }) => missed.map((time) => `${name} missed ${new Date(time).toISOString()}`)),
    ...audits.flatMap(({ name, extra }) => extra.map((time) => `${name} ran at ${new Date(time).toISOString()} too`)),
    ...lost.map((id) => `the record ${id} did not arrive`),
    ...exits.filter((code) => code !== 0).map((code) => `a process ended with ${code}`),
  ];

  const rows = ['quarter', 'hour', 'day'].map((kind) => {
    const own = audits.filter((each) => each.kind === kind);
    const waits = own.flatMap((each) => each.waits);
    const means = own.filter((each) => each.waits.length > 0).map((each) => sum(each.waits) / each.waits.length);
    const perPipeline = own.map((each) => each.ticks);
    return [
      kind,
      own.length,
      sum(own.map(({ times }) => times)),
      sum(perPipeline),
      sum(own.map(({ merged }) => merged)),
      sum(own.map(({ extra }) => extra.length)),
      `${Math.min(...perPipeline)}–${Math.max(...perPipeline)}`,
      ...[0.5, 0.99, 1].map((share) => seconds(percentile(waits, share))),
      `${seconds(Math.min(...means))}–${seconds(Math.max(...means))}`,
    ].map(String);
  });
  console.log(`${world.pipelines.length} pipelines, ${((until - from) / 3_600_000).toFixed(1)} hours\n`);
  const head = ['every', 'pipelines', 'times', 'ticks', 'shared a tick', 'extra', 'ticks of each'];
  console.log(markdownTable([...head, 'wait p50, s', 'p99', 'max', 'mean of each'], rows));

  const late = Math.max(...audits.map(({ longest, period }) => longest - period));
  console.log(`between two ticks of a pipeline: at most ${seconds(late)} s more than its period`);
  if (late > MOST_EXCESS_MS)
    failures.push(`two ticks of a pipeline are ${seconds(late)} s farther apart than its period`);
  const excess = lagExcess(seen.lags, audits);
  for (const [when, { ms, pipeline, at }] of excess) {
    const place = `${pipeline} at ${new Date(at).toISOString()}`;
    console.log(`lag above the period, ${when}: at most ${seconds(ms)} s (${place})`);
    if (ms > MOST_EXCESS_MS) failures.push(`${place} lagged by ${seconds(ms)} s more than its period`);
  }
  const repeats = sum([...world.receiver.times.values()].map((times) => times - 1));
  if (exports)
    console.log(`records received: ${world.receiver.times.size}, sent again: ${repeats}, lost: ${lost.length}`);
  console.log(`faults: ${seen.faults.map(({ name }) => name).join('; ') || 'none'}`);
  const ends = new Map();
  for (const { end } of deployment.ends) ends.set(end, (ends.get(end) ?? 0) + 1);
  console.log(`runs by end: ${[...ends].map(([end, runs]) => `${end} ${runs}`).join(', ')}`);
  const figures = [...deployment.figures.values()];
  for (const place of [...new Set(figures.map((each) => each.place))].toSorted((first, second) => first - second)) {
    const own = figures.filter((each) => each.place === place);
    const runs = deployment.ends.filter((each) => each.place === place).length;
    const rss = Math.max(...own.map((each) => each.rss)) / 1e6;
    console.log(
      `place ${place}: ${runs} runs, CPU ${seconds(sum(own.map(({ cpuMs }) => cpuMs)))} s, peak memory ${rss.toFixed(0)} MB`,
    );
  }
  console.log(
    `start: serving after ${seconds(start.servingMs)} s, all ticked after ${seconds(start.tickedMs)} s, ${start.connections} connections, ${(start.rss / 1e6).toFixed(0)} MB each`,
  );
  console.log(
    `the whole day: ${seconds(realMs)} s, CPU of the database ${seconds(databaseCpuMs)} s, at most ${seen.connections} connections`,
  );
  for (const [trouble, times] of deployment.troubles) console.log(`logged ${times} times: ${trouble}`);
  for (const failure of failures.slice(0, 20)) console.error(`broken: ${failure}`);
  if (failures.length > 20) console.error(`and ${failures.length - 20} more`);
  return failures.length === 0;
}

/** When the ticks of each pipeline began, in order. */
async function ticksOf(world) {
  const rows = await world.query(
    'SELECT pipeline, array_agg(DISTINCT begun ORDER BY begun) AS ticks FROM ticks GROUP BY pipeline',
  );
  return new Map(rows.map(({ pipeline, ticks }) => [pipeline, ticks]));
}

/** Records that the last tick of their pipeline should have found, and that never came. */
async function lostRecords({ pipelines, receiver, query }, ticks) {
  const until = pipelines.map(({ name }) => (ticks.get(name)?.at(-1) ?? 0) - SETTLE_MS);
  const due = await query(
    `SELECT id FROM visits JOIN unnest($1::text[], $2::float8[]) AS last (tenant, until) USING (tenant)
     WHERE at < to_timestamp(until / 1000)`,
    [pipelines.map(({ tenant }) => tenant), until],
  );
  return due.map(({ id }) => id).filter((id) => !receiver.times.has(id));
}

/** The largest lag beyond the time between two scheduled times, by what went on. */
function lagExcess(samples, audits) {
  const most = new Map();
  for (const { at, when, fault, lags } of samples) {
    const key = fault ? 'during a fault' : when === 'quiet' ? 'when all is quiet' : 'when pipelines are due';
    for (const { name, period } of audits) {
      const [lowest] = lags.get(name) ?? [];
      if (lowest === undefined || period === 0) continue;
      const ms = lowest - period;
      if (ms > (most.get(key)?.ms ?? Number.NEGATIVE_INFINITY)) most.set(key, { ms, pipeline: name, at });
    }
  }
  return most;
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const seconds = (ms) => (ms / 1000).toFixed(1);
