import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPipeline, type Pipeline } from '@sluice/core/engine';
import type { MappedEvent, Sink } from '@sluice/core/sink';
import type { StreamSchema } from '@sluice/core/source';
import {
  aUuid,
  manualRuntime,
  memorySource,
  MemoryState,
  MemoryStateStore,
  recordingLogger,
  testRuns,
  type MemoryRecord,
} from '@sluice/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import { aSink, NOON, send } from './a-sink.js';
import { Duck, type DuckRow } from './duck.js';
import { publishedStatement } from './published-view.js';
import { somePurchases } from './some-purchases.js';

const HOUR = 3_600_000;

const ORDERS: StreamSchema = {
  name: 'order',
  doc: 'An order.',
  key: ['number'],
  fields: {
    number: { type: 'number', nullable: false, changeable: false, personal: false, doc: 'The key.' },
    note: { type: 'text', nullable: true, changeable: true, personal: false, doc: 'What was written.' },
  },
};

function anOrder(number: number, note = 'first'): MemoryRecord {
  const createdAt = NOON - 5 * HOUR + number * 1_000;
  return { key: String(number).padStart(6, '0'), createdAt, values: { number, note } };
}

/** An event for each order, in `NOON`'s day. */
function eventOf(number: number, note: unknown): MappedEvent {
  const time = new Date(NOON - 5 * HOUR + number * 1_000).toISOString();
  return { event: 'purchase', uuid: aUuid(number), time, properties: { note: String(note), price: number } };
}

describe('the published view', () => {
  let directory: string;
  let duck: Duck;

  before(async () => {
    duck = await Duck.open();
  });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-view-'));
  });

  afterEach(() => rm(directory, { recursive: true }));

  after(() => duck.close());

  async function viewed(folder: string, format: string, columns: string): Promise<readonly DuckRow[]> {
    const heading = format === 'parquet' ? 'DuckDB, Parquet' : 'DuckDB, NDJSON';
    await duck.rows(publishedStatement(heading, join(directory, folder)));
    return duck.rows(`select ${columns} from events order by event, uuid`);
  }

  it('has the same rows for any split of the same events, with any repeats', async () => {
    const events = somePurchases(40);
    let folders = 0;
    const splits = fc.record({
      format: fc.constantFrom('parquet', 'ndjson'),
      cuts: fc.uniqueArray(fc.integer({ min: 1, max: 39 }), { maxLength: 4 }),
      repeated: fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 3 }),
    });
    let expected: Readonly<Record<string, readonly DuckRow[]>> = {};
    await fc.assert(
      fc.asyncProperty(splits, async ({ format, cuts, repeated }) => {
        const prefix = String((folders += 1));
        const sink = aSink({ path: directory, prefix, format });
        await sink.open();
        const ends = [...cuts.toSorted((one, other) => one - other), events.length];
        for (const [index, end] of ends.entries()) await send(sink, events.slice(ends[index - 1] ?? 0, end));
        for (const [one, other] of repeated)
          await send(sink, events.slice(Math.min(one, other), Math.max(one, other) + 1));
        const rows = await viewed(prefix, format, '* exclude (exported_at)');
        expected = { [format]: rows, ...expected };
        expect(rows).to.have.lengthOf(events.length).and.to.deep.equal(expected[format]);
      }),
      { numRuns: testRuns(50) },
    );
  });

  it('has the newer body of an event that was sent again, on another day as well', async () => {
    const sink = aSink({ path: directory, prefix: 'files' });
    await sink.open();
    await send(sink, [eventOf(1, 'first'), eventOf(2, 'first')]);
    await send(sink, [{ ...eventOf(2, 'second'), time: '2026-02-01T00:00:00.000Z' }]);
    expect(await viewed('files', 'parquet', 'note, dt::varchar as dt')).to.have.deep.members([
      { note: 'first', dt: '2026-01-03' },
      { note: 'second', dt: '2026-02-01' },
    ]);
  });

  it('has no row twice after a crash between storing and committing', async () => {
    const runtime = manualRuntime({ startAt: NOON });
    const records = Array.from({ length: 250 }, (_, index) => anOrder(index));
    const source = memorySource({ streams: [{ schema: ORDERS, records }], now: () => runtime.now(), pageSize: 50 });
    const memory = new MemoryState();
    const run = (sink: Sink) => {
      const pipeline: Pipeline = {
        name: 'shop',
        source,
        sink,
        state: new MemoryStateStore({ runtime }, memory),
        start: { kind: 'beginning', text: 'beginning' },
        settleMs: HOUR / 2,
        revisitMs: 24 * HOUR,
        maxWindowMs: 24 * HOUR,
        delivery: { maxDeadLetterShare: 0.05, maxEvents: 100 },
        mapper: {
          events: [],
          hash: '1',
          streams: [
            {
              stream: 'order',
              fields: [{ field: 'number' }, { field: 'note' }],
              map: ([number, note]) => ({ kind: 'events', events: [eventOf(Number(number), note)] }),
            },
          ],
        },
      };
      return runPipeline(pipeline, { runtime, logger: recordingLogger() }, { signal: new AbortController().signal });
    };
    const options = { path: directory, prefix: 'files' };

    let stored = 0;
    const dying = aSink(options);
    const { send: store } = dying;
    dying.send = async (...args) => {
      const receipt = await store.apply(dying, args);
      // As if the process were killed here: the state takes nothing more from it.
      if ((stored += 1) === 2) memory.of('shop').lease = undefined;
      return receipt;
    };
    await run(dying).catch(() => {});
    expect(memory.of('shop').state.totals, 'nothing was committed').to.deep.equal({});

    // Until the next run an order was deleted, so that files hold other events, and one was changed.
    source.remove('order', '000003');
    source.put('order', { ...anOrder(120, 'second'), updatedAt: runtime.now() });
    runtime.advance(2 * HOUR);
    const result = await run(aSink(options));
    expect(result).to.include({ outcome: 'done' });

    const rows = await viewed('files', 'parquet', 'uuid, note, price::int as number');
    const raw = await duck.rows(`select count(*)::int as n from read_parquet('${directory}/files/dt=*/*.parquet')`);
    expect(raw[0]?.['n'], 'the files alone have rows twice').to.be.greaterThan(250);
    expect(rows.map(({ number }) => Number(number)).toSorted((one, other) => one - other)).to.deep.equal(
      Array.from({ length: 250 }, (_, index) => index),
    );
    expect(rows.filter(({ note }) => note === 'second').map(({ number }) => number)).to.deep.equal([120]);
  });

  it('has the same files after a run that was killed, where they hold the same events', async () => {
    const events = Array.from({ length: 30 }, (_, index) => eventOf(index, 'same'));
    for (const attempt of [1, 2]) {
      const sink = aSink({ path: directory, prefix: 'files' });
      await sink.open();
      await send(sink, events, { now: NOON + attempt });
    }
    const files = await duck.rows(`select count(*)::int as files from glob('${directory}/files/dt=*/*')`);
    expect(files).to.deep.equal([{ files: 1 }]);
  });
});
