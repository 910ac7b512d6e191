// Exports the whole history of Langfuse v2, v3 and v4 with the shipped pipelines, one after another in one run:
// `npm run bench:clickhouse-export`, or with another size: `-- --traces 50000`. The histories are alike, not the same:
// compare what an event costs. The servers share the processors with the export, so compare ratios.
import { parseArgs } from 'node:util';
import { startEmbeddedClickHouse } from '@sluice/embedded-clickhouse';
import { clickHouseSchema, executeStatement } from '@sluice/langfuse-history';
import { fillRecords, fillSpans } from './data/fill-clickhouse.mjs';
import { fillLangfuse } from './data/fill-langfuse.mjs';
import { markdownTable } from './throughput/markdown-table.mjs';
import { childPids, treeCpuMs } from './throughput/measure/process-figures.mjs';
import { runProcess } from './throughput/measure/run-process.mjs';
import { startReceiver } from './throughput/receiver/start-receiver.mjs';
import { sluiceCommand } from './throughput/sluice-command.mjs';
import { startPostgres } from './throughput/start-postgres.mjs';

const { values } = parseArgs({ options: { traces: { type: 'string', default: '20000' } } });
const traces = Number(values.traces);
const DAYS = 90;

/** Starts a server; gives it with its process, whose CPU is that of all it does. */
async function withProcess(start) {
  const before = new Set(childPids(process.pid));
  const server = await start();
  return { server, pids: childPids(process.pid).filter((pid) => !before.has(pid)) };
}

async function aClickHouseHistory(server, version) {
  const url = await server.createDatabase(version);
  for (const statement of clickHouseSchema(version)) await executeStatement(url, statement);
  const size = { observations: traces * 3, days: DAYS, end: Date.UTC(2026, 6, 1) };
  await (version === 'v3' ? fillRecords(url, size) : fillSpans(url, size));
  return url;
}

const receiver = await startReceiver();
const postgres = await withProcess(startPostgres);
const clickHouse = await withProcess(startEmbeddedClickHouse);
await fillLangfuse(postgres.server.url, { traces });
const v2 = { file: 'langfuse-to-posthog.yaml', env: { LANGFUSE_DATABASE_URL: postgres.server.url }, ...postgres };
const others = { file: 'langfuse-v3-to-posthog.yaml', ...clickHouse };
const exports = [
  { title: 'v2', ...v2 },
  ...(await Promise.all(
    ['v3', 'v4'].map(async (version) => {
      const env = { LANGFUSE_CLICKHOUSE_URL: await aClickHouseHistory(clickHouse.server, version) };
      return { title: version, ...others, env };
    }),
  )),
];
const rows = [];
for (const { title, file, env, pids } of exports) {
  await receiver.reset();
  const { remove, ...program } = sluiceCommand({ file });
  const serverMs = () => pids.reduce((sum, pid) => sum + treeCpuMs(pid), 0);
  const before = serverMs();
  const { wallMs, cpuMs, peakRssBytes } = await runProcess({
    ...program,
    env: {
      ...program.env,
      ...env,
      POSTHOG_HOST: receiver.url,
      POSTHOG_API_KEY: 'phc_bench',
      LANGFUSE_URL: 'https://langfuse.example.com',
    },
  });
  const spent = serverMs() - before;
  remove();
  const { events, distinct } = await receiver.count();
  if (events !== distinct) throw new Error(`${title}: ${events} events, ${distinct} of them different`);
  rows.push([
    title,
    events.toLocaleString('en-US'),
    (events / wallMs).toFixed(1),
    ((cpuMs * 1000) / events).toFixed(1),
    ((spent * 1000) / events).toFixed(1),
    (peakRssBytes / 1024 ** 2).toFixed(0),
  ]);
}
console.log(
  markdownTable(
    ['Langfuse', 'events', 'thousand events/s', 'Node CPU, µs/event', 'server CPU, µs/event', 'peak memory, MB'],
    rows,
  ),
);
await clickHouse.server.stop();
await postgres.server.stop();
receiver.stop();
