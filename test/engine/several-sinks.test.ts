import { setImmediate } from 'node:timers/promises';
import { RefusedError, TransientError } from '@sluice/core/adapter';
import { SharedSource, type RunResult } from '@sluice/core/engine';
import { repeatedEvents } from '@sluice/core/state';
import type { Mapper } from '@sluice/core/config';
import type { WriteValue } from '@sluice/core/text';
import { aUuid, manualRuntime, recordingLogger, recordingSink, type RecordingSink } from '@sluice/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import { HOUR, memoryNotes, NOW, notes } from './a-pipeline.js';
import { someBranches } from './some-branches.js';

const RECORDS = notes(1000);
const LEFT_BEHIND = 'a sink is not taking records; the others continue, and it reads on its own until it has caught up';

function aSource(options: Parameters<typeof memoryNotes>[1] = {}) {
  return memoryNotes(RECORDS, { now: () => NOW + 12_345, pageSize: 50, ...options });
}

function outcomes(results: Readonly<Record<string, RunResult | Error>>) {
  return Object.fromEntries(
    Object.entries(results).map(([name, result]) => [name, result instanceof Error ? result.message : result.outcome]),
  );
}

function keysAt(sink: RecordingSink): readonly string[] {
  return sink.accepted.map(({ id }) => String(id)).toSorted();
}

const ALL = RECORDS.map(({ key }) => key);

describe('several sinks over one read', () => {
  it('reads the source once for all, and gives every sink every record once', async () => {
    const source = aSource();
    const c = recordingSink({ destination: 'c', onOpen: () => branches.runtime.sleep(2000) });
    const sinks = { a: recordingSink(), b: recordingSink({ destination: 'b' }), c };
    const branches = someBranches(source, sinks);
    expect(outcomes(await branches.run())).to.deep.equal({ a: 'done', b: 'done', c: 'done' });
    for (const sink of Object.values(sinks)) expect(keysAt(sink)).to.deep.equal(ALL);
    const windows = new Set(source.reads.map(({ window }) => JSON.stringify(window)));
    expect(source.reads).to.have.length(windows.size);
    expect(branches.calls).to.deep.equal({ opened: 1, closed: 1 });
  });

  it('lets the others finish when a sink refuses its key in the middle, which later goes on from its own cursor', async () => {
    let now = () => NOW;
    const source = aSource({ now: () => now() });
    let isRefused = true;
    const b = recordingSink({
      destination: 'b',
      answer: (_send, number) => {
        if (isRefused && number > 4) throw new RefusedError('credentials', 'the key is refused');
        return undefined;
      },
    });
    const sinks = { a: recordingSink(), b, c: recordingSink({ destination: 'c' }) };
    const branches = someBranches(source, sinks);
    now = () => branches.runtime.now();
    expect(outcomes(await branches.run())).to.deep.equal({ a: 'done', b: 'paused', c: 'done' });
    expect(keysAt(sinks.a)).to.deep.equal(ALL);
    expect(keysAt(sinks.c)).to.deep.equal(ALL);
    const readBefore = source.reads.length;
    isRefused = false;
    expect(outcomes(await branches.run())).to.deep.equal({ a: 'done', b: 'done', c: 'done' });
    expect([...new Set(keysAt(b))]).to.deep.equal(ALL);
    expect(source.reads[readBefore]?.after).to.be.a('string');
    expect(keysAt(sinks.a)).to.deep.equal(ALL);
    // In step again: the next run reads once.
    const readTwice = source.reads.length;
    branches.runtime.advance(HOUR);
    await branches.run();
    expect(source.reads).to.have.length(readTwice + 1);
  });

  it('leaves a sink behind that hangs, and ends with the others', async () => {
    const source = aSource();
    const stop = new AbortController();
    let release: (answer: undefined) => void = () => undefined;
    const released = new Promise<undefined>((resolve) => {
      release = resolve;
    });
    const b = recordingSink({ destination: 'b', answer: () => released });
    const a = recordingSink();
    const branches = someBranches(source, { a, b });
    const running = branches.run(['a', 'b'], { signal: stop.signal });
    while ((await branches.state('a')).lastRun === undefined) await setImmediate();
    expect(keysAt(a)).to.deep.equal(ALL);
    expect(branches.logger.lines.filter(({ message }) => message === LEFT_BEHIND)).to.have.length(1);
    stop.abort(new Error('enough'));
    release(undefined);
    expect(outcomes(await running)).to.deep.equal({ a: 'done', b: 'stopped' });
    expect(outcomes(await branches.run())).to.deep.equal({ a: 'done', b: 'done' });
    expect([...new Set(keysAt(b))]).to.deep.equal(ALL);
    expect(keysAt(a)).to.deep.equal(ALL);
  });

  it('keeps pace with a slow sink as long as it moves, and reads once', async () => {
    const source = aSource();
    const answer = async () => {
      await slow.runtime.sleep(2000);
      return undefined;
    };
    const sinks = { a: recordingSink(), b: recordingSink({ destination: 'b', answer }) };
    const slow = someBranches(source, sinks);
    expect(outcomes(await slow.run())).to.deep.equal({ a: 'done', b: 'done' });
    for (const sink of Object.values(sinks)) expect(keysAt(sink)).to.deep.equal(ALL);
    expect(slow.logger.lines.filter(({ message }) => message === LEFT_BEHIND)).to.deep.equal([]);
    expect(source.reads.filter(({ after }) => after !== undefined)).to.deep.equal([]);
  });

  it('says that a read has failed to whoever waits for its next page, however late', async () => {
    const window = { stream: 'note', axis: 'event', from: 0, until: NOW, revisitMs: 0 } as const;
    for (let late = 0; late < 30; late += 1) {
      const source = memoryNotes(notes(20), {
        pageSize: 10,
        beforePage: (_request, number) => {
          if (number === 2) throw new TransientError('the connection was lost');
        },
      });
      const shared = new SharedSource(() => source, { runtime: manualRuntime(), logger: recordingLogger() });
      const ends = ['a', 'b'].map(async (name, index) => {
        const branch = shared.branch({ name, streams: [{ stream: 'note', fields: [{ field: 'id' }] }] });
        const pages = branch.read({ window, fields: [{ field: 'id' }] })[Symbol.asyncIterator]();
        const first = await pages.next();
        for (let step = 0; step < late * index; step += 1) await Promise.resolve();
        return pages.next().then(
          () => `${String(first.done)} then the end`,
          (error: unknown) => String(error),
        );
      });
      expect(await Promise.all(ends)).to.deep.equal(Array(2).fill('TransientError: the connection was lost'));
    }
  });

  it('loses nothing where the read breaks before its last page', async () => {
    let pages = 0;
    const history = notes(109);
    const source = memoryNotes(history, {
      now: () => NOW,
      pageSize: 12,
      asText: false,
      beforePage: () => {
        pages += 1;
        if (pages === 2 || pages === 11) throw new TransientError('the connection was lost');
      },
    });
    const limits = { maxEventsPerRequest: 40, maxRequestsInFlight: 1 };
    const sinks = { a: recordingSink({ limits }), b: recordingSink({ destination: 'b', limits }) };
    expect(outcomes(await someBranches(source, sinks, { seed: 33 }).run())).to.deep.equal({ a: 'done', b: 'done' });
    for (const sink of Object.values(sinks)) expect(keysAt(sink)).to.deep.equal(history.map(({ key }) => key));
  });

  it('does not let a bug of one sink reach the others', async () => {
    const source = aSource();
    const a = recordingSink();
    const b = recordingSink({
      destination: 'b',
      answer: (_send, number) => {
        if (number === 5) throw new TypeError('a bug');
        return undefined;
      },
    });
    const branches = someBranches(source, { a, b });
    expect(outcomes(await branches.run())).to.deep.equal({ a: 'done', b: 'a bug' });
    expect(keysAt(a)).to.deep.equal(ALL);
    expect(branches.calls).to.deep.equal({ opened: 1, closed: 1 });
  });

  it('goes on for the others when one is stopped', async () => {
    const source = aSource();
    const sinks = { a: recordingSink(), b: recordingSink({ destination: 'b' }) };
    const branches = someBranches(source, sinks);
    const stop = new AbortController();
    const stopped = branches.run(['b'], { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) });
    const [a, b] = await Promise.all([branches.run(['a']), stopped]);
    expect(outcomes({ ...a, ...b })).to.deep.equal({ a: 'done', b: 'stopped' });
    expect(keysAt(sinks.a)).to.deep.equal(ALL);
    expect(outcomes(await branches.run(['b']))).to.deep.equal({ b: 'done' });
    expect([...new Set(keysAt(sinks.b))]).to.deep.equal(ALL);
    expect(branches.calls.opened).to.equal(branches.calls.closed);
  });

  it('gives an error of the read to all, and reads on once for all', async () => {
    let failures = 0;
    const source = aSource({
      beforePage: (_request, number) => {
        if (number !== 3 || failures === 2) return;
        failures += 1;
        throw new TransientError('the connection was lost');
      },
    });
    const sinks = { a: recordingSink(), b: recordingSink({ destination: 'b' }) };
    const branches = someBranches(source, sinks);
    expect(outcomes(await branches.run())).to.deep.equal({ a: 'done', b: 'done' });
    for (const sink of Object.values(sinks)) expect(keysAt(sink)).to.deep.equal(ALL);
    expect(branches.logger.lines.filter(({ message }) => message === LEFT_BEHIND)).to.deep.equal([]);
    const windows = new Set(source.reads.map(({ window }) => JSON.stringify(window)));
    expect(source.reads).to.have.length(windows.size + 2);
  });

  it('gives each sink the fields that its mapping reads, in its order, also as text', async () => {
    const source = aSource();
    const sinks = { a: recordingSink(), b: recordingSink({ destination: 'b' }) };
    const branches = someBranches(source, sinks, { mappers: { b: textFirst } });
    expect(outcomes(await branches.run())).to.deep.equal({ a: 'done', b: 'done' });
    expect(source.reads[0]?.fields).to.deep.equal([{ field: 'id' }, { field: 'text' }]);
    const expected = RECORDS.map(({ values }) => `${String(values['text'])} as text`);
    expect(sinks.b.accepted.map(({ text, path }) => `${String(text)} as ${String(path)}`)).to.deep.equal(expected);
    const [a, b] = await Promise.all(['a', 'b'].map((name) => branches.digests(name)));
    expect(b).to.deep.equal(a);
  });

  it('gives every sink the exact set whatever its pace and its failures, and never reads once more without a reason', async function () {
    this.timeout(60_000);
    const behaviour = fc.record({
      delayMs: fc.constantFrom(0, 0, 300, 3000, 7000),
      fails: fc.constantFrom('never', 'transient', 'refused', 'bug'),
      at: fc.integer({ min: 1, max: 8 }),
    });
    const plan = fc.record({
      records: fc.integer({ min: 0, max: 200 }),
      pageSize: fc.integer({ min: 7, max: 60 }),
      sinks: fc.array(behaviour, { minLength: 2, maxLength: 3 }),
      brokenReads: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 2 }),
      asText: fc.boolean(),
      seed: fc.integer({ min: 1, max: 1000 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ records, pageSize, sinks: behaviours, brokenReads, asText, seed }) => {
        const history = notes(records);
        let pages = 0;
        const source = memoryNotes(history, {
          now: () => NOW,
          pageSize,
          asText,
          beforePage: () => {
            pages += 1;
            if (brokenReads.includes(pages)) throw new TransientError('the connection was lost');
          },
        });
        let isFaulty = true;
        const named = behaviours.map(({ delayMs, fails, at }, index) => {
          const answer = async (_send: unknown, number: number) => {
            if (isFaulty && delayMs > 0) await branches.runtime.sleep(delayMs);
            if (isFaulty && number === at) throwFor(fails);
            return undefined;
          };
          return [
            `s${index}`,
            recordingSink({
              destination: `s${index}`,
              answer,
              limits: { maxEventsPerRequest: 40, maxRequestsInFlight: 1 },
            }),
          ] as const;
        });
        const sinks = Object.fromEntries(named);
        const branches = someBranches(source, sinks, { seed });
        const first = await branches.run();
        const firstReads = source.reads.length;
        const windows = new Set(source.reads.map(({ window }) => JSON.stringify(window))).size;
        isFaulty = false;
        const last = await branches.run();
        for (const [name, sink] of named) {
          expect(outcomes(last)[name]).to.equal('done');
          expect([...new Set(keysAt(sink))]).to.deep.equal(history.map(({ key }) => key));
          const { totals } = await branches.state(name);
          const repeats = totals['note'] === undefined ? 0 : repeatedEvents(totals['note']);
          expect(sink.accepted.length).to.be.at.most(records + repeats);
        }
        const isExcused =
          Object.values(outcomes(first)).some((each) => each !== 'done') ||
          brokenReads.length > 0 ||
          branches.logger.lines.some(({ message }) => message === LEFT_BEHIND);
        if (!isExcused) expect(firstReads).to.equal(windows);
        expect(branches.calls.opened).to.equal(branches.calls.closed);
      }),
      { numRuns: 12 },
    );
  });
});

function throwFor(fails: 'never' | 'transient' | 'refused' | 'bug'): void {
  if (fails === 'transient') throw new TransientError('busy');
  if (fails === 'refused') throw new RefusedError('credentials', 'the key is refused');
  if (fails === 'bug') throw new TypeError('a bug');
}

const valueOf =
  (column: number): WriteValue =>
  (page, record, output) => {
    const cell = record * page.columns + column;
    output.write(JSON.stringify(page.bytes.toString('utf8', page.starts[cell], page.ends[cell])));
    return true;
  };

/** Reads the fields in another order, and writes the uuid from the number in the key. */
const textFirst: Mapper = {
  events: [],
  hash: 'text-first',
  streams: [
    {
      stream: 'note',
      fields: [{ field: 'text' }, { field: 'id' }],
      map: ([text, id]) => ({
        kind: 'events',
        events: [{ event: 'note', uuid: aUuid(Number(String(id).slice(1))), id: id ?? null, text: text ?? null }],
      }),
      eventText: {
        event: 'note',
        includes: () => true,
        fields: [
          {
            kind: 'value',
            name: 'uuid',
            write: (page, record, output) => {
              const cell = record * page.columns + 1;
              const id = page.bytes.toString('utf8', page.starts[cell], page.ends[cell]);
              output.write(JSON.stringify(aUuid(Number(id.slice(1)))));
              return true;
            },
          },
          { kind: 'value', name: 'id', write: valueOf(1) },
          { kind: 'value', name: 'text', write: valueOf(0) },
          {
            kind: 'value',
            name: 'path',
            write: (_page, _record, output) => {
              output.write('"text"');
              return true;
            },
          },
        ],
      },
    },
  ],
};
