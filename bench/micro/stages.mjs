import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compress, HttpClient } from '@sluice/adapter-kit';
import { runPipeline, systemRuntime } from '@sluice/core/engine';
import { NO_COUNTS } from '@sluice/core/state';
import { copyEvents, TextOutput } from '@sluice/core/text';
import { FileStateStore } from '@sluice/file-state';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { posthogSink } from '@sluice/posthog-sink';
import { anAdapterContext } from '@sluice/testkit';
import { instantSink, pageSource } from './instant-ends.mjs';
import { loadShippedMapper } from './load-shipped-mapper.mjs';

const BATCH = 1_000;
const COMMITS = 100;
const COMMA = 0x2c;
const ALL_OF_HISTORY = { axis: 'event', from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 6, 1), revisitMs: 0 };
const SILENT = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };
const context = { runtime: systemRuntime, logger: SILENT, observe: () => undefined };

/**
 * The steps of a run, each alone, one prepared from the other's output. Records go from text to text, as in a run.
 *
 * @param {{ databaseUrl: string, receiver: object }} world
 * @returns {Promise<{ stages: { name: string, unit: string, count: number, run: () => Promise<void> }[], close: () => Promise<void> }>}
 */
export async function prepareStages({ databaseUrl, receiver }) {
  const mapper = loadShippedMapper();
  const adapterContext = anAdapterContext(context);
  const source = langfusePostgresSource.create(
    langfusePostgresSource.config.parse({ url: databaseUrl }),
    adapterContext,
  );
  const sink = posthogSink.create(posthogSink.config.parse({ apiKey: 'phc_bench' }), adapterContext);
  await source.open();

  /** The pages of each stream. */
  const read = async () => {
    const pages = new Map();
    for (const { stream, fields } of mapper.streams) {
      pages.set(stream, []);
      const found = source.read({ window: { ...ALL_OF_HISTORY, stream }, fields });
      for await (const page of found) pages.get(stream).push(page);
    }
    return pages;
  };
  const pages = await read();

  const write = (output, take) => {
    for (const { stream, eventText } of mapper.streams) {
      const writeEvent = sink.textWriter(eventText);
      for (const { text } of pages.get(stream)) {
        for (let record = 0; record < text.records; record += 1) {
          if (!eventText.includes(text, record)) continue;
          output.begin();
          writeEvent(text, record, output);
          if (output.isDeclined) output.discard();
          else take(output);
          output.end();
        }
      }
    }
  };
  const events = [];
  write(new TextOutput(), ({ bytes, start, length, uuidStart }) => {
    const uuid = bytes.latin1Slice(uuidStart, uuidStart + 36);
    events.push({ id: uuid, uuid, text: '', bytes: length - start, buffer: bytes, start });
  });
  const batches = Array.from({ length: Math.ceil(events.length / BATCH) }, (_item, index) =>
    events.slice(index * BATCH, (index + 1) * BATCH),
  );
  const room = Buffer.alloc(Math.max(...batches.map((batch) => batch.reduce((sum, { bytes }) => sum + bytes + 1, 0))));
  const bodies = batches.map((batch) => Buffer.from(room.subarray(0, copyEvents(batch, COMMA, room, 0))));
  const compressed = await Promise.all(bodies.map(compress));
  const again = [Buffer.alloc(1_048_576), Buffer.alloc(1_048_576)];
  const client = new HttpClient(
    {
      ...adapterContext,
      url: receiver.url,
      connectTimeoutMs: 5_000,
      requestTimeoutMs: 5_000,
      maxConnections: 8,
      mask: (text) => text,
    },
    adapterContext,
  );

  const count = events.length;
  const stage = (name, run) => ({ name, unit: 'event', count, run });
  return {
    bytes: bodies.reduce((sum, body) => sum + body.length, 0) / count,
    stages: [
      stage('read', read),
      stage('write', async () => {
        let turn = 0;
        write(new TextOutput(() => again[(turn += 1) % 2]), () => undefined);
      }),
      stage('write, batch, acknowledge and digest', () => runEngine(pages, mapper, sink)),
      stage('join', async () => {
        for (const batch of batches) copyEvents(batch, COMMA, room, 0);
      }),
      stage('compress', async () => {
        for (const body of bodies) await compress(body);
      }),
      stage('send', async () => {
        await receiver.reset();
        for (const body of compressed)
          await client.call({ method: 'POST', path: '/batch/', headers: { 'content-encoding': 'gzip' }, body });
      }),
      { name: 'commit', unit: 'commit', count: COMMITS, run: commit },
    ],
    close: async () => {
      client.close();
      await source.close();
    },
  };
}

/** Everything but reading and sending. */
function runEngine(pages, mapper, sink) {
  return withStateStore(async (state) => {
    const { outcome, failure } = await runPipeline(
      {
        name: 'bench',
        source: pageSource(pages, ALL_OF_HISTORY),
        mapper,
        sink: instantSink(sink),
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
