// What a state costs as it grows with the years: `npm run bench:state`, or with other years and dead letters:
// `npm run bench:state -- 10 100000`. Three streams, a window an hour each; files without fsync, so that the figures are those
// of the program. Opening, status and the list of dead letters are those of the whole state.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_COUNTS } from '@sluice/core/state';
import { FileStateStore } from '@sluice/file-state';
import { postgresState } from '@sluice/postgres-state';
import { CONTEXT } from './silent-context.mjs';
import { markdownTable } from './throughput/markdown-table.mjs';
import { startPostgres } from './throughput/start-postgres.mjs';

const YEARS = (process.argv[2] ?? '1,10').split(',').map(Number);
const LETTERS = Number(process.argv[3] ?? 100_000);
const STREAMS = ['trace', 'generation', 'score'];
const HOUR_MS = 3_600_000;
const BEGIN = Date.UTC(2016, 0, 1);
const SUMS = ['0123456789abcdef', 'fedcba9876543210'];

/** Fills a state with the commits of the years, and measures it. */
async function measure(store, years) {
  const writer = await store.acquire('p');
  const identity = { description: 'a source', fingerprint: 'f' };
  await writer.commit([
    { type: 'bind', binding: { source: identity, start: 'beginning', handover: BEGIN } },
    ...STREAMS.map((stream) => ({ type: 'backfilled', stream })),
  ]);
  const hours = years * 8760;
  const commitsMs = [];
  let [owed, letters] = [0, 0];
  for (let hour = 0; hour < hours; hour += 1) {
    for (const stream of STREAMS) {
      const from = BEGIN + hour * HOUR_MS;
      const { nextWindowId: id } = await writer.read();
      const deadLetters = [];
      for (owed += LETTERS / hours / STREAMS.length; owed >= 1; owed -= 1) {
        letters += 1;
        const key = `key-${letters}`;
        deadLetters.push({
          id: `${id}-${letters}`,
          stream,
          key,
          reason: 'too-large',
          detail: 'too large',
          mapping: 'm',
          attempts: 1,
          at: from,
        });
      }
      const counts = {
        ...NO_COUNTS,
        read: 10 + deadLetters.length,
        mapped: 10,
        produced: 10,
        accepted: 10,
        deadLetteredRecords: deadLetters.length,
      };
      const digest = { hour: from, delivered: 10, filtered: 0, deadLettered: deadLetters.length, sums: SUMS };
      const window = {
        stream,
        axis: 'change',
        from,
        until: from + HOUR_MS,
        revisitMs: 86_400_000,
        createdBefore: BEGIN,
      };
      const begunMs = performance.now();
      await writer.commit([
        { type: 'plan', id, purpose: 'following', window, at: from },
        { type: 'advance', id, mapping: 'm', counts, deadLetters, digests: [digest], at: from },
        { type: 'finish', id, at: from },
      ]);
      commitsMs.push(performance.now() - begunMs);
    }
  }
  await writer.release();
  const sorted = commitsMs.toSorted((a, b) => a - b);
  const reader = store.reader('p');
  const openMs = await elapsedMs(async () => (await store.acquire('p')).release());
  const statusMs = await elapsedMs(() => reader.read());
  const dayMs = await elapsedMs(() => reader.digests('trace', BEGIN, BEGIN + 24 * HOUR_MS));
  const lettersMs = await elapsedMs(async () => {
    for await (const _ of reader.deadLetters());
  });
  return [sorted[Math.floor(sorted.length / 2)], sorted.at(-1), openMs, statusMs, dayMs, lettersMs].map((ms) =>
    ms.toFixed(ms < 10 ? 2 : 0),
  );
}

async function elapsedMs(work) {
  const begunMs = performance.now();
  await work();
  return performance.now() - begunMs;
}

async function openUnsynced(path) {
  const file = await open(path, 'a', 0o600);
  const own =
    (name) =>
    (...args) =>
      file[name](...args);
  return {
    appendFile: own('appendFile'),
    truncate: own('truncate'),
    close: own('close'),
    datasync: async () => undefined,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-state-'));
const postgres = await startPostgres();
const rows = [];
try {
  for (const years of YEARS) {
    const directory = join(folder, `files-${years}`);
    const files = new FileStateStore(directory, CONTEXT, { openFile: openUnsynced });
    const ofFiles = await measure(files, years);
    const bytes = readdirSync(join(directory, 'p')).reduce(
      (sum, name) => sum + statSync(join(directory, 'p', name)).size,
      0,
    );
    rows.push(['files', years, ...ofFiles, (bytes / 1e6).toFixed(0)]);
    const schema = `state_${rows.length}`;
    const config = postgresState.config.parse({ url: postgres.url, schema });
    const ofPostgres = await measure(postgresState.create(config, { ...CONTEXT, baseDirectory: folder }), years);
    rows.push(['Postgres', years, ...ofPostgres, '–']);
  }
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true });
}
console.log(`${LETTERS.toLocaleString('en-US')} open dead letters; milliseconds`);
console.log(
  markdownTable(
    [
      'state',
      'years',
      'commit, median',
      'commit, longest',
      'open',
      'status',
      'digests of a day',
      'all dead letters',
      'MB',
    ],
    rows.map((row) => row.map(String)),
  ),
);
