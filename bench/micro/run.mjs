// The steps of a run, each alone: `npm run bench:micro`. CPU time is that of this process with all its threads; the best
// of some rounds, in which the steps take turns.
import { fillLangfuse } from '../data/fill-langfuse.mjs';
import { markdownTable } from '../throughput/markdown-table.mjs';
import { startReceiver } from '../throughput/receiver/start-receiver.mjs';
import { startPostgres } from '../throughput/start-postgres.mjs';
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
  await close();
  const rows = stages.map(({ name, unit, count }) => {
    const { cpuUs, wallUs } = best.get(name);
    return [`${name}, per ${unit}`, cpuUs.toFixed(2), wallUs.toFixed(2), count.toLocaleString('en-US')];
  });
  console.log(markdownTable(['step', 'CPU, µs', 'elapsed, µs', 'count'], rows));
} finally {
  receiver.stop();
  await postgres.stop();
}
