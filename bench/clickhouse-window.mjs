// Measures what a window of one hour reads in ClickHouse, in rows and bytes, for Langfuse v3 and v4, in a history of 9
// days and in one ten times as long with as many records an hour: `npm run bench:clickhouse`. Rows and bytes are the
// same on any machine; the milliseconds hold only on an idle one. `-- --observations 100000` makes smaller histories.
import { parseArgs } from 'node:util';
import { startEmbeddedClickHouse } from '@sluice/embedded-clickhouse';
import { langfuseClickHouseSource } from '@sluice/langfuse-clickhouse-source';
import { clickHouseSchema, executeStatement } from '@sluice/langfuse-history';
import { anAdapterContext } from '@sluice/testkit';
import { loadShippedMapper } from './micro/load-shipped-mapper.mjs';
import { fillRecords, fillSpans } from './data/fill-clickhouse.mjs';

const { values } = parseArgs({ options: { observations: { type: 'string', default: '1000000' } } });
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 90;
const END = Date.UTC(2026, 6, 1);
/** An hour of the last day but one, in which as much happens as in any other. */
const FROM = END - 2 * DAY_MS + 14 * HOUR_MS;

/** Kinds of windows of that hour. */
const WINDOWS = [
  { title: 'created', window: { axis: 'change', revisitMs: 0 } },
  { title: 'created, changed and derived', window: { axis: 'change', revisitMs: DAY_MS } },
  { title: 'by event time', window: { axis: 'event', revisitMs: 0 } },
];

/** Of the whole server, which nobody else uses. */
async function countersOf(url) {
  const text = await executeStatement(
    url,
    `SELECT sumIf(value, event = 'SelectedRows'), sumIf(value, event = 'SelectedBytes') FROM system.events`,
  );
  const [rows, bytes] = text.trim().split('\t').map(Number);
  return { rows, bytes };
}

async function measure(url, source, window, fields) {
  const before = await countersOf(url);
  const startMs = performance.now();
  let records = 0;
  for await (const page of source.read({ window, fields })) records += page.keys.length;
  const ms = performance.now() - startMs;
  const after = await countersOf(url);
  return { records, rows: after.rows - before.rows, megabytes: (after.bytes - before.bytes) / 1e6, ms };
}

async function measureHistory(server, version, days) {
  const url = await server.createDatabase(`${version}_${days}`);
  for (const statement of clickHouseSchema(version)) await executeStatement(url, statement);
  const size = { observations: (Number(values.observations) * days) / DAYS, days, end: END };
  await (version === 'v3' ? fillRecords(url, size) : fillSpans(url, size));
  const tables = version === 'v3' ? 'legacy' : 'events';
  const source = langfuseClickHouseSource.create(
    langfuseClickHouseSource.config.parse({ url, tables }),
    anAdapterContext(),
  );
  await source.open();
  const results = new Map();
  for (const { stream, fields } of loadShippedMapper().streams) {
    for (const { title, window } of WINDOWS) {
      const hour = { stream, from: FROM, until: FROM + HOUR_MS, ...window };
      results.set(`${stream}, ${title}`, await measure(url, source, hour, fields));
    }
  }
  await source.close();
  return results;
}

const server = await startEmbeddedClickHouse();
for (const version of ['v3', 'v4']) {
  const small = await measureHistory(server, version, DAYS / 10);
  const large = await measureHistory(server, version, DAYS);
  console.log(`\nLangfuse ${version}, ${values.observations} observations in ${DAYS} days, and a tenth of both\n`);
  console.log('| window of an hour | records | rows read | MB read | of the tenth | ms |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
  for (const [title, { records, rows, megabytes, ms }] of large) {
    const ratio = megabytes / small.get(title).megabytes;
    console.log(
      `| ${title} | ${records} | ${rows} | ${megabytes.toFixed(1)} | × ${ratio.toFixed(2)} | ${ms.toFixed(0)} |`,
    );
  }
}
await server.stop();
