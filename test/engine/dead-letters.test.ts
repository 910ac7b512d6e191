import { RefusedError, TransientError } from '@sluice/core/adapter';
import { NO_REPEATS, type DeadLetter } from '@sluice/core/state';
import type { Mapper } from '@sluice/core/config';
import { discardDeadLetters, replayDeadLetters, type ReplayResult } from '@sluice/core/engine';
import { recordingSink } from '@sluice/testkit';
import { expect } from 'chai';
import { aNote, aPipeline, aStateDirectory, HOUR, memoryNotes, NOW, notes, type Bench } from './a-pipeline.js';

const ATTRIBUTION = { by: 'ada@ops-1', why: 'the mapping was mended' };
const all = () => true;

async function replay(bench: Bench, wanted: (letter: DeadLetter) => boolean = all): Promise<ReplayResult> {
  const { signal } = new AbortController();
  return replayDeadLetters(bench.pipeline, bench.context, { signal, wanted, attribution: ATTRIBUTION });
}

const ACCEPTED = { kind: 'accepted', assurance: 'event' } as const;

/** A destination that refuses everything as soon as this event comes. */
function refusingThe(refused: string) {
  return recordingSink({
    answer: ({ events }) => {
      if (events.some(({ id }) => id === refused)) throw new RefusedError('quota', 'used up');
      return undefined;
    },
  });
}

/** The mapping of the engine's tests with a second event of every record. */
function inTwoEvents(): Mapper {
  const { hash, streams } = aPipeline().pipeline.mapper;
  return {
    events: [],
    hash,
    streams: streams.map((stream) => ({
      ...stream,
      map: (row) => {
        const result = stream.map(row);
        if (result.kind !== 'events') return result;
        return { kind: 'events', events: result.events.flatMap((event) => [event, { ...event, event: 'again' }]) };
      },
    })),
  };
}

/** A pipeline whose note `bad` ended as a dead letter, among forty good ones. */
async function withADeadLetter(sink = recordingSink()): Promise<Bench> {
  const records = [...notes(40), aNote('bad', NOW - 2 * HOUR, 'unmappable')];
  const bench = aPipeline({ records, sink });
  await bench.run();
  return bench;
}

describe('a dead letter', () => {
  it('contains the record as the mapping saw it, the reason and the place in the mapping', async () => {
    const bench = await withADeadLetter();
    const [letter, ...others] = await bench.deadLetters();
    expect(others).to.deep.equal([]);
    expect(letter).to.deep.include({
      stream: 'note',
      key: 'bad',
      reason: 'mapping-failed',
      detail: 'notes.yaml:1:1: cannot be mapped',
      record: { id: 'bad', text: 'unmappable' },
      mapping: 'notes-1',
      attempts: 1,
    });
  });

  it('has a unique number that is not used up by dead letters that were never committed', async () => {
    const directory = aStateDirectory();
    const source = memoryNotes(notes(3), { now: () => NOW });
    const rejected = { kind: 'rejected', reason: 'malformed', detail: 'no' } as const;
    const turns: Readonly<Record<string, number>> = { n000002: 0, n000000: 1, n000001: 2 };
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 1, maxRequestsInFlight: 3 },
      answer: async ({ events: [event] }) => {
        for (let turn = 0; turn < (turns[String(event?.['id'])] ?? 0); turn += 1) await new Promise(setImmediate);
        if (event?.['id'] === 'n000001') throw new RefusedError('quota', 'used up');
        return { outcomes: [rejected] };
      },
    });
    const first = aPipeline({ directory, source, sink });
    await first.run();
    expect((await first.deadLetters()).map(({ key }) => key)).to.deep.equal(['n000000']);
    const second = aPipeline({
      directory,
      source,
      sink: recordingSink({ answer: () => ({ outcomes: [rejected, rejected] }) }),
    });
    await second.run();
    const letters = await second.deadLetters();
    expect(letters.map(({ key }) => key)).to.deep.equal(['n000000', 'n000001', 'n000002']);
    expect(new Set(letters.map(({ id }) => id)).size).to.equal(3);
  });

  it('is closed by a replay that delivers the current record', async () => {
    const bench = await withADeadLetter();
    bench.source.put('note', aNote('bad', NOW - 2 * HOUR, 'mended'));
    const { outcome, replay: report, report: run } = await replay(bench);
    expect(outcome).to.equal('done');
    expect(report).to.deep.equal({ closed: 1, failedAgain: 0, left: [] });
    expect(bench.sink.accepted.at(-1)).to.deep.include({ id: 'bad', text: 'mended' });
    expect(await bench.deadLetters()).to.deep.equal([]);
    const state = await bench.state();
    expect(state.openDeadLetters).to.equal(0);
    expect(state.history.at(-1)).to.deep.include({ what: 'replay', detail: '1 dead letter replayed', ...ATTRIBUTION });
    expect(run.streams['note']?.repeats).to.deep.equal({ ...NO_REPEATS, replayed: 1 });
  });

  it('is replaced by one with another attempt when its record fails again', async () => {
    const bench = await withADeadLetter();
    const { replay: report } = await replay(bench);
    expect(report).to.deep.equal({ closed: 0, failedAgain: 1, left: [] });
    await replay(bench);
    const letters = await bench.deadLetters();
    expect(letters.map(({ key, attempts }) => ({ key, attempts }))).to.deep.equal([{ key: 'bad', attempts: 3 }]);
    expect((await bench.state()).openDeadLetters).to.equal(1);
  });

  it('stays open if its record is no longer in the source', async () => {
    const directory = aStateDirectory();
    await aPipeline({ records: [...notes(40), aNote('bad', NOW - 2 * HOUR, 'unmappable')], directory }).run();
    const bench = aPipeline({ records: notes(40), directory });
    const { replay: report } = await replay(bench);
    expect(report.left.map(({ key }) => key)).to.deep.equal(['bad']);
    expect((await bench.state()).openDeadLetters).to.equal(1);
  });

  it('is replayed from its event if the source cannot return a record by key', async () => {
    let rejects = true;
    const sink = recordingSink({
      answer: ({ events }) => ({
        outcomes: events.map(({ id }) =>
          rejects && id === 'n000003'
            ? { kind: 'rejected', reason: 'too-old', detail: 'older than the project takes' }
            : { kind: 'accepted', assurance: 'event' },
        ),
      }),
    });
    const { get: _, ...source } = memoryNotes(notes(40), { now: () => NOW });
    const bench = aPipeline({ source, sink, directory: aStateDirectory() });
    await bench.run();
    rejects = false;
    const { replay: report } = await replay(bench);
    expect(report.closed).to.equal(1);
    expect(sink.accepted.at(-1)).to.deep.include({ id: 'n000003' });
  });

  it('stays open when the replay ends before the part that it is in', async () => {
    const records = Array.from({ length: 501 }, (_, index) =>
      aNote(`bad${index}`, NOW - 2 * HOUR + index, 'unmappable'),
    );
    const bench = aPipeline({ records, delivery: { maxDeadLetterShare: 1 }, sink: refusingThe('bad500') });
    await bench.run();
    for (const { key, createdAt } of records) bench.source.put('note', aNote(key, createdAt, 'mended'));
    const { outcome, replay: report } = await replay(bench);
    expect(outcome).to.equal('paused');
    expect(report).to.deep.equal({ closed: 500, failedAgain: 0, left: [] });
    expect((await bench.deadLetters()).map(({ key }) => key)).to.deep.equal(['bad500']);
  });

  it('is replayed with its current record after a wait that outlasts the life of its batch', async () => {
    let throttles = false;
    const sink = recordingSink({
      answer: () => {
        if (!throttles) return undefined;
        throttles = false;
        bench.source.put('note', aNote('bad', NOW - 2 * HOUR, 'newest'));
        throw new TransientError('throttled', { retryAfterMs: 600_000 });
      },
    });
    const bench = await withADeadLetter(sink);
    bench.source.put('note', aNote('bad', NOW - 2 * HOUR, 'mended'));
    throttles = true;
    const { replay: report } = await replay(bench);
    expect(report).to.deep.equal({ closed: 1, failedAgain: 0, left: [] });
    expect(sink.accepted.at(-1)).to.include({ text: 'newest' });
    expect(await bench.deadLetters()).to.deep.equal([]);
  });

  it('is reported as closed although another of the replay fails twice', async () => {
    let rejects = false;
    const sink = recordingSink({
      answer: ({ events }) => ({
        outcomes: events.map(({ id }) =>
          rejects && id === 'twice' ? { kind: 'rejected', reason: 'malformed', detail: 'no' } : ACCEPTED,
        ),
      }),
    });
    const records = ['bad', 'twice'].map((key) => aNote(key, NOW - 2 * HOUR, 'unmappable'));
    const bench = aPipeline({ records, sink, delivery: { maxDeadLetterShare: 1 }, mapper: inTwoEvents() });
    await bench.run();
    for (const { key, createdAt } of records) bench.source.put('note', aNote(key, createdAt, 'mended'));
    rejects = true;
    const { replay: report } = await replay(bench);
    expect(report).to.deep.equal({ closed: 1, failedAgain: 1, left: [] });
    expect((await bench.deadLetters()).map(({ key, attempts }) => [key, attempts])).to.deep.equal([
      ['twice', 2],
      ['twice', 2],
    ]);
  });

  it('stays open if it has no event to replay, although another one of its record has', async () => {
    let rejects = true;
    const sink = recordingSink({
      answer: ({ events }) => ({
        outcomes: events.map(() => (rejects ? { kind: 'rejected', reason: 'malformed', detail: 'no' } : ACCEPTED)),
      }),
    });
    const source = memoryNotes([aNote('bad', NOW - 2 * HOUR)], { now: () => bench.runtime.now() });
    const { get: _, ...withoutGet } = source;
    const bench = aPipeline({ source: withoutGet, sink, delivery: { maxDeadLetterShare: 1 } });
    await bench.run();
    source.put('note', { ...aNote('bad', NOW - 2 * HOUR, 'unmappable'), updatedAt: NOW });
    bench.runtime.advance(HOUR);
    await bench.run();
    rejects = false;
    const { replay: report } = await replay(bench);
    expect(report).to.include({ closed: 1, failedAgain: 0 });
    expect(report.left.map(({ reason }) => reason)).to.deep.equal(['mapping-failed']);
    expect((await bench.deadLetters()).map(({ reason }) => reason)).to.deep.equal(['mapping-failed']);
  });

  it('stays as it is when only others are replayed', async () => {
    const bench = await withADeadLetter();
    await replay(bench, ({ key }) => key === 'other');
    expect((await bench.deadLetters()).map(({ attempts }) => attempts)).to.deep.equal([1]);
  });

  it('stays open and pauses the pipeline when the sink refuses everything', async () => {
    let isUsedUp = false;
    const refused = { kind: 'refused', refusal: 'quota', message: 'used up' } as const;
    const sink = recordingSink({
      answer: ({ events }) => (isUsedUp ? { outcomes: events.map(() => refused) } : undefined),
    });
    const bench = await withADeadLetter(sink);
    bench.source.put('note', aNote('bad', NOW - 2 * HOUR, 'mended'));
    isUsedUp = true;
    const { outcome } = await replay(bench);
    expect(outcome).to.equal('paused');
    expect((await bench.state()).openDeadLetters).to.equal(1);
  });

  it('is closed by a discard, which is recorded with who did it and why', async () => {
    const bench = await withADeadLetter();
    const [letter] = await bench.deadLetters();
    const attribution = { at: NOW, by: 'ada@ops-1', why: 'a test record' };
    const { state, name } = bench.pipeline;
    expect(await discardDeadLetters(state, name, [letter?.id ?? '', 'not-there'], attribution)).to.equal(1);
    expect(await discardDeadLetters(state, name, [letter?.id ?? ''], attribution)).to.equal(0);
    expect(await bench.deadLetters()).to.deep.equal([]);
    expect((await bench.state()).history).to.deep.equal([
      { ...attribution, what: 'discard', detail: '1 dead letter discarded' },
    ]);
  });
});
