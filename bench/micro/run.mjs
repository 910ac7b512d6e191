// The steps of a run, each alone: `npm run bench:micro`. CPU time is that of this process with all its threads; the best
// of some rounds, in which the steps take turns. What is allocated is measured in one more round.
import { fillLangfuse } from '../data/fill-langfuse.mjs';
import { markdownTable } from '../throughput/markdown-table.mjs';
import { startReceiver } from '../throughput/receiver/start-receiver.mjs';
import { startPostgres } from '../throughput/start-postgres.mjs';
import { allocatedBytes } from './allocated-bytes.mjs';
import { prepareStages } from './stages.mjs';

const TRACES = Number(process.argv[2] ?? 3_000);
const ROUNDS = 5;

const postgres = await startPostgres();
const receiver = await startReceiver();
try {
  await fillLangfuse(postgres.url, { traces: TRACES });
  const { stages, close } = await prepareStages({ databaseUrl: postgres.url, receiver });
  const best = new Map(stages.map(({ name }) => [name, { cpuUs: Infinity, wallUs: Infinity }]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, count, run } of stages) {
      const cpuBefore = process.cpuUsage();
      const begunMs = performance.now();
      await run();
      const wallUs = ((performance.now() - begunMs) * 1000) / count;
      const { user, system } = process.cpuUsage(cpuBefore);
      const known = best.get(name);
      best.set(name, {
        cpuUs: Math.min(known.cpuUs, (user + system) / count),
        wallUs: Math.min(known.wallUs, wallUs),
      });
    }
  }
  const allocated = new Map();
  for (const { name, run } of stages) allocated.set(name, await allocatedBytes(run));
  await close();
  const rows = stages.map(({ name, unit, count }) => {
    const { cpuUs, wallUs } = best.get(name);
    const bytes = (allocated.get(name) / count).toFixed(0);
    return [`${name}, per ${unit}`, cpuUs.toFixed(2), wallUs.toFixed(2), bytes, count.toLocaleString('en-US')];
  });
  console.log(markdownTable(['step', 'CPU, µs', 'elapsed, µs', 'allocated, bytes', 'count'], rows));
} finally {
  receiver.stop();
  await postgres.stop();
}
