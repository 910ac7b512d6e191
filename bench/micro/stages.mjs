import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { runPipeline, systemRuntime } from '@sluice/core/engine';
import { NO_COUNTS } from '@sluice/core/state';
import { FileStateStore } from '@sluice/file-state';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { posthogSink } from '@sluice/posthog-sink';
import { anAdapterContext } from '@sluice/testkit';
import { instantSink, instantSource } from './instant-ends.mjs';
import { loadShippedMapper } from './load-shipped-mapper.mjs';

const compress = promisify(gzip);
const BATCH = 1_000;
const COMMITS = 100;
const ALL_OF_HISTORY = { axis: 'event', from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 6, 1), revisitMs: 0 };
const SILENT = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };
const context = { runtime: systemRuntime, logger: SILENT };

/**
 * The steps of a run, each alone, one prepared from the other's output.
 *
 * @param {string} databaseUrl
 * @returns {Promise<{ stages: { name: string, unit: string, count: number, run: () => Promise<void> }[], close: () => Promise<void> }>}
 */
export async function prepareStages(databaseUrl) {
  const mapper = loadShippedMapper();
  const adapterContext = anAdapterContext(context);
  const source = langfusePostgresSource.create(
    langfusePostgresSource.config.parse({ url: databaseUrl }),
    adapterContext,
  );
  const sink = posthogSink.create(posthogSink.config.parse({ apiKey: 'phc_bench' }), adapterContext);
  await source.open();

  const read = async () => {
    const rows = [];
    for (const { stream, fields } of mapper.streams) {
      const pages = source.read({ window: { ...ALL_OF_HISTORY, stream }, fields });
      rows.push([]);
      for await (const page of pages) rows.at(-1).push(...page.rows);
    }
    return rows;
  };
  const rows = await read();
  const map = () => mapper.streams.flatMap((stream, index) => rows[index].flatMap((row) => stream.map(row).events));
  const events = map();
  const encode = () => events.map((event) => sink.encode(event).event.text);
  const texts = encode();
  const bodies = Array.from({ length: Math.ceil(texts.length / BATCH) }, (_item, index) =>
    texts.slice(index * BATCH, (index + 1) * BATCH).join(','),
  );
  const count = events.length;
  const stage = (name, run) => ({ name, unit: 'event', count, run });
  return {
    stages: [
      stage('read', read),
      stage('map', async () => map()),
      stage('encode', async () => encode()),
      stage('compress', () => Promise.all(bodies.map((body) => compress(body, { level: 1 })))),
      stage('engine with acknowledgements', () => runEngine(events)),
      { name: 'commit', unit: 'commit', count: COMMITS, run: commit },
    ],
    close: () => source.close(),
  };
}

/** Batches, acknowledges and keeps the ledger of events that are made already and accepted at once. */
function runEngine(events) {
  const stream = {
    stream: 'number',
    fields: [{ field: 'number' }],
    map: ([number]) => ({ kind: 'events', events: [events[number]] }),
  };
  return withStateStore(async (state) => {
    const { outcome, failure } = await runPipeline(
      {
        name: 'bench',
        source: instantSource('number', events.length),
        mapper: { hash: 'bench', streams: [stream] },
        sink: instantSink(),
        state,
        start: { kind: 'beginning', text: 'beginning' },
        settleMs: 60_000,
        revisitMs: 0,
        maxWindowMs: 365 * 86_400_000,
        delivery: { maxDeadLetterShare: 0.05, maxEvents: BATCH },
      },
      context,
      { signal: new AbortController().signal },
    );
    if (outcome !== 'done') throw failure ?? new Error(`the run is ${outcome}`);
  });
}

/** What a run writes about once a second: an advance of its window, durable when it returns. */
function commit() {
  const at = ALL_OF_HISTORY.from;
  const window = { ...ALL_OF_HISTORY, axis: 'change', stream: 'trace' };
  return withStateStore(async (state) => {
    const writer = await state.acquire('bench');
    await writer.commit([{ type: 'plan', id: 1, purpose: 'following', window, at }]);
    for (let number = 0; number < COMMITS; number += 1) {
      await writer.commit([
        {
          type: 'advance',
          id: 1,
          mapping: 'bench',
          cursor: `cursor ${number}`,
          counts: NO_COUNTS,
          deadLetters: [],
          at,
        },
      ]);
    }
    await writer.release();
  });
}

async function withStateStore(use) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-micro-'));
  try {
    await use(new FileStateStore(folder, context));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
