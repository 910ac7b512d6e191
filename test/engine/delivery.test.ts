import { ConfigError, RefusedError, TransientError, UnexpectedAnswerError } from '@sluice/core/adapter';
import { previewPipeline } from '@sluice/core/engine';
import { InvalidRequestError, TooLargeError, type Receipt } from '@sluice/core/sink';
import { StateError, StateUnavailableError } from '@sluice/core/state';
import { ExactNumber, type Row } from '@sluice/core/source';
import type { Mapper } from '@sluice/core/config';
import {
  manualRuntime,
  recordingSink,
  type MemorySource,
  type RecordedSend,
  type RecordingSink,
} from '@sluice/testkit';
import { expect } from 'chai';
import { aNote, aPipeline, aStateDirectory, DAY, HOUR, memoryNotes, MINUTE, NOW, notes } from './a-pipeline.js';

/** A destination that refuses a whole request when one of these is in it, and does not say which. */
function refusing(isPoison: (id: string) => boolean, limits = { maxEventsPerRequest: 1000 }) {
  return recordingSink({
    limits,
    answer: ({ events }) => {
      if (events.some(({ id }) => isPoison(String(id)))) throw new InvalidRequestError('400 bad request');
      return undefined;
    },
  });
}

const ACCEPTED = { kind: 'accepted', assurance: 'event' } as const;

function accepted({ events }: RecordedSend): Receipt {
  return { outcomes: events.map(() => ACCEPTED) };
}

/** Accepts requests once so many of them wait. */
function together(requests: number, { newestFirst = false } = {}): (send: RecordedSend) => Promise<Receipt> {
  const waiting: (() => void)[] = [];
  return async (send) => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length < requests) return;
      for (const answer of newestFirst ? waiting.toReversed() : waiting) answer();
    });
    return accepted(send);
  };
}

function unmappable(id: string) {
  return { id, text: 'unmappable' };
}

/** A mapping that makes one and the same event of every record. */
function sameEvent({ streams }: Mapper): Mapper {
  return {
    events: [],
    hash: 'same',
    streams: streams.map((stream) => ({
      ...stream,
      map: (row) => {
        const result = stream.map(row);
        if (result.kind !== 'events') return result;
        return { kind: 'events', events: result.events.map((event) => ({ ...event, uuid: '0'.repeat(36) })) };
      },
    })),
  };
}

describe('delivery', () => {
  it('limits the requests in flight and the size of each', async () => {
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 10, maxRequestsInFlight: 3 },
      answer: async (send) => {
        await new Promise(setImmediate);
        return accepted(send);
      },
    });
    const bench = aPipeline({ records: notes(500), sink });
    await bench.run();
    expect(sink.mostInFlight).to.equal(3);
    expect(Math.max(...sink.sends.map(({ events }) => events.length))).to.equal(10);
  });

  it('stops at a sink that leaves an event out of its requests, and does not count the record as read', async () => {
    const whole = recordingSink();
    const sink: RecordingSink = { ...whole, assemble: (events, context) => whole.assemble(events.slice(1), context) };
    const bench = aPipeline({ records: notes(10), sink });
    const failure = await bench.run().catch((error: unknown) => error);
    expect(failure).to.have.property('message').that.includes('assembled 9 of 10 events');
    expect((await bench.state()).windows.map(({ status }) => status)).to.deep.equal(['open']);
  });

  it('tells of a refusal although the source is away', async () => {
    const sink = recordingSink({
      answer: () => {
        throw new RefusedError('credentials', 'wrong key');
      },
    });
    const stop = new AbortController();
    let asked = 0;
    const source = memoryNotes(notes(100), {
      pageSize: 10,
      beforePage: ({ after }, page) => {
        if (page < 2 && after === undefined) return;
        asked += 1;
        if (asked === 50) stop.abort(new Error('enough'));
        throw new TransientError('the source is away');
      },
    });
    const bench = aPipeline({ source, sink, delivery: { maxDeadLetterShare: 0.05, maxEvents: 5 } });
    const { failure } = await bench.run({ signal: stop.signal, staysUp: true });
    expect(failure?.message).to.include('wrong key');
    expect((await bench.state()).pause?.message).to.include('wrong key');
  });

  it('finds one invalid event among 1,000, dead-letters it and delivers the others', async () => {
    const bench = aPipeline({ records: notes(1000), sink: refusing((id) => id === 'n000500') });
    const { outcome, report } = await bench.run();
    expect(outcome).to.equal('done');
    expect(report.deadLetters).to.equal(1);
    expect(bench.sink.latest().size).to.equal(999);
    const [letter, ...others] = await bench.deadLetters();
    expect(others).to.deep.equal([]);
    expect(letter).to.include({ key: 'n000500', reason: 'invalid-event', detail: '400 bad request' });
    expect(letter?.event).to.include({ id: 'n000500' });
  });

  it('finds ten invalid events spread over the batch', async () => {
    const bench = aPipeline({ records: notes(1000), sink: refusing((id) => id.endsWith('50')) });
    const { report } = await bench.run();
    expect(report.deadLetters).to.equal(10);
    expect(bench.sink.latest().size).to.equal(990);
  });

  it('pauses and dead-letters nothing when every event is refused', async () => {
    const bench = aPipeline({ records: notes(1000), sink: refusing(() => true) });
    const { outcome, failure } = await bench.run();
    expect(outcome).to.equal('paused');
    expect(failure?.message).to.contain('20 events');
    expect(await bench.deadLetters()).to.deep.equal([]);
    expect((await bench.state()).pause?.cause).to.equal('refused-request');
    expect(bench.sink.sends.length).to.be.lessThan(80);
  });

  it('pauses on a small invalid batch if the destination has never accepted an event', async () => {
    const bench = aPipeline({ records: notes(3), sink: refusing(() => true) });
    expect((await bench.run()).outcome).to.equal('paused');
    expect(await bench.deadLetters()).to.deep.equal([]);
  });

  it('blames the events of a small invalid batch if the destination has accepted others before', async () => {
    const bench = aPipeline({ records: notes(3), sink: refusing((id) => id === 'bad') });
    await bench.run();
    bench.source.put('note', aNote('bad', NOW + MINUTE));
    bench.runtime.advance(2 * HOUR);
    const { outcome, report } = await bench.run();
    expect(outcome).to.equal('done');
    expect(report.deadLetters).to.equal(1);
  });

  it('clears the pause when a later run succeeds', async () => {
    const directory = aStateDirectory();
    const refused = recordingSink({
      onOpen: () => {
        throw new RefusedError('credentials', 'the key is not known');
      },
    });
    const first = await aPipeline({ directory, records: notes(3), sink: refused }).run();
    expect(first.outcome).to.equal('paused');
    const bench = aPipeline({ directory, records: notes(3) });
    expect((await bench.run()).outcome).to.equal('done');
    expect((await bench.state()).pause).to.equal(undefined);
  });

  it('resends only the events that a receipt marks as retry or does not mention', async () => {
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 10 },
      answer: ({ events, attempt }) =>
        attempt === 1 && events.length === 10
          ? {
              outcomes: [
                ...Array.from({ length: 5 }, () => ({ kind: 'accepted', assurance: 'event' }) as const),
                { kind: 'retry' },
              ],
            }
          : undefined,
    });
    const bench = aPipeline({ records: notes(10), sink });
    await bench.run();
    expect(sink.sends.map(({ events }) => events.length)).to.deep.equal([10, 5]);
    expect(sink.latest().size).to.equal(10);
  });

  it('waits as long as a partial receipt asks and keeps counting attempts', async () => {
    const sink = recordingSink({
      answer: ({ events }, number) =>
        number < 4
          ? { outcomes: events.map((_, index) => (index === 0 ? ACCEPTED : undefined)), retryAfterMs: 5000 }
          : undefined,
    });
    const bench = aPipeline({ records: notes(10), sink });
    const begunMs = bench.runtime.monotonicMs();
    await bench.run();
    expect(sink.sends.map(({ attempt, events }) => [attempt, events.length])).to.deep.equal([
      [1, 10],
      [2, 9],
      [3, 8],
      [4, 7],
    ]);
    expect(bench.runtime.monotonicMs() - begunMs).to.be.at.least(15_000);
  });

  it('retries after transient failures with fewer requests in flight', async () => {
    let down = true;
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 10, maxRequestsInFlight: 8 },
      answer: (_, number) => {
        down = number <= 20;
        if (down) throw new TransientError('503', { retryAfterMs: 2000 });
        return undefined;
      },
    });
    const bench = aPipeline({ records: notes(400), sink });
    expect((await bench.run()).outcome).to.equal('done');
    expect(sink.accepted).to.have.length(400);
    expect(Math.max(...bench.runtime.sleepsMs)).to.be.at.least(2000);
  });

  it('treats an unexpected answer as a transient failure, never as success', async () => {
    const sink = recordingSink({
      answer: (_, number) => {
        if (number === 1) throw new UnexpectedAnswerError('a page of HTML');
        return undefined;
      },
    });
    const bench = aPipeline({ records: notes(5), sink });
    await bench.run();
    expect(sink.sends).to.have.length(2);
    expect(sink.accepted).to.have.length(5);
  });

  it('gives up after three attempts before the first answer', async () => {
    let attempts = 0;
    const sink = recordingSink({
      onOpen: () => {
        attempts += 1;
        throw new TransientError('connection refused');
      },
    });
    const { outcome, failure } = await aPipeline({ records: notes(3), sink }).run();
    expect([outcome, attempts]).to.deep.equal(['failed', 3]);
    expect(failure?.message).to.contain('after 3 attempts').and.to.contain('connection refused');
  });

  it('splits a request that is too large and keeps later requests below the size that was accepted', async () => {
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 100, maxRequestsInFlight: 1 },
      answer: ({ events }) => {
        if (events.length > 50) throw new TooLargeError('413');
        return undefined;
      },
    });
    const bench = aPipeline({ records: notes(1000), sink });
    await bench.run();
    expect(sink.latest().size).to.equal(1000);
    expect(sink.sends.filter(({ events }) => events.length > 50).length).to.be.lessThan(5);
  });

  it('dead-letters an event that is too large alone without lowering the size of other requests', async () => {
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 10, maxRequestsInFlight: 1 },
      answer: ({ events }) => {
        if (events.some(({ id }) => id === 'n000003')) throw new TooLargeError('413');
        return undefined;
      },
    });
    const bench = aPipeline({ records: notes(10), sink });
    await bench.run();
    expect((await bench.deadLetters()).map(({ key, reason }) => [key, reason])).to.deep.equal([
      ['n000003', 'too-large'],
    ]);
  });

  it('pauses before a suspicious share of events becomes dead letters', async () => {
    const rejecting = recordingSink({
      limits: { maxEventsPerRequest: 1000 },
      answer: ({ events }) => ({
        outcomes: events.map((_, index) =>
          index % 10 === 0
            ? { kind: 'rejected', reason: 'malformed', detail: 'no' }
            : { kind: 'accepted', assurance: 'event' },
        ),
      }),
    });
    const bench = aPipeline({ records: notes(1000), sink: rejecting });
    const { outcome, failure } = await bench.run();
    expect(outcome).to.equal('paused');
    expect(failure?.message).to.contain('maxDeadLetterShare');
    expect(await bench.deadLetters()).to.deep.equal([]);
  });

  it('goes on while the share stays small, and counts thousands of records exactly across an interruption', async () => {
    const records = notes(3000).map((note, index) =>
      index % 25 === 7 ? { ...note, values: unmappable(note.key) } : note,
    );
    let isUsedUp = true;
    const sink = recordingSink({
      answer: (_, number) => {
        if (isUsedUp && number > 25) throw new RefusedError('quota', 'used up');
        return undefined;
      },
    });
    const bench = aPipeline({ records, sink, maxWindowMs: 10 * 24 * HOUR });
    expect((await bench.run()).cause).to.equal('quota');
    isUsedUp = false;
    const second = await bench.run();
    expect(second.failure?.message).to.equal(undefined);
    const { totals } = await bench.state();
    expect(totals['note']).to.include({ read: 3000, accepted: 2880, deadLetteredRecords: 120 });
    expect(sink.latest().size).to.equal(2880);
    const letters = await bench.deadLetters();
    expect(new Set(letters.map(({ key }) => key)).size).to.equal(120);
  });

  it('goes on while the share stays small although the answers come all at once, the last ones first', async () => {
    const records = notes(2000).map((note, index) => ({
      ...note,
      createdAt: NOW - 3 * HOUR + index,
      ...(index % 25 === 7 ? { values: unmappable(note.key) } : {}),
    }));
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 1000, maxRequestsInFlight: 2 },
      answer: together(2, { newestFirst: true }),
    });
    const { failure } = await aPipeline({ records, sink }).run();
    expect(failure?.message).to.equal(undefined);
    expect(sink.latest().size).to.equal(1920);
  });

  it('goes on while the share stays small although the sink rejects events before any answer', async () => {
    const records = notes(4000).map((note, index) => ({ ...note, createdAt: NOW - 3 * HOUR + index }));
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 500, maxRequestsInFlight: 8 },
      answer: together(8),
    });
    const { assemble } = sink;
    sink.assemble = (events, context) => ({
      requests: assemble(
        events.filter((_, index) => index % 25 !== 7),
        context,
      ).requests,
      rejected: events
        .filter((_, index) => index % 25 === 7)
        .map((event) => ({ event, rejection: { kind: 'rejected', reason: 'future-timestamp', detail: 'tomorrow' } })),
    });
    const { failure } = await aPipeline({ records, sink }).run();
    expect(failure?.message).to.equal(undefined);
    expect(sink.latest().size).to.equal(3840);
  });

  it('dead-letters a record that cannot be mapped and counts one that is filtered', async () => {
    const records = [...notes(200), aNote('u', NOW - 3 * HOUR, 'unmappable'), aNote('f', NOW - 3 * HOUR, null)];
    const bench = aPipeline({ records });
    const { report } = await bench.run();
    expect(report.streams['note']).to.include({ read: 202, mapped: 200, filtered: 1, deadLetteredRecords: 1 });
    expect((await bench.deadLetters())[0]).to.include({ key: 'u', reason: 'mapping-failed' });
  });

  it('dead-letters a record that the source cannot read, with its field and the digits of its numbers', async () => {
    const digits = '9007199254740993';
    const plain = memoryNotes([...notes(200), aNote('u', NOW - 3 * HOUR)], { now: () => NOW });
    const source: MemorySource = {
      ...plain,
      async *read(request, options) {
        for await (const { text: _, ...page } of plain.read(request, options)) {
          const index = page.keys.indexOf('u');
          const odd = ['u', new ExactNumber(digits)] as unknown as Row;
          const rows = page.rows.map((row, position) => (position === index ? odd : row));
          const problems = new Map(index === -1 ? [] : [[index, { field: 'text', reason: 'is not a text' }]]);
          yield { ...page, rows, problems };
        }
      },
    };
    const bench = aPipeline({ source });
    const { report } = await bench.run();
    expect(report.streams['note']).to.include({ read: 201, mapped: 200, deadLetteredRecords: 1 });
    expect((await bench.deadLetters())[0]).to.deep.include({
      key: 'u',
      reason: 'mapping-failed',
      detail: 'the source: the field `text` is not a text',
      record: { id: 'u', text: digits },
    });
    const state = bench.pipeline.state.reader('notes');
    const options = { limit: 500, signal: new AbortController().signal };
    const { notSent } = await previewPipeline({ ...bench.pipeline, state }, bench.context, options);
    expect(notSent.map(({ reason }) => reason)).to.deep.equal([
      'mapping-failed: the source: the field `text` is not a text',
    ]);
  });

  it('never has two versions of one event in flight and sends the newer one last', async () => {
    const inFlight = new Set<string>();
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 1, maxRequestsInFlight: 8 },
      answer: async (send) => {
        const [id] = send.events.map(({ uuid }) => uuid);
        if (id === undefined || inFlight.has(id)) throw new Error('two at once');
        inFlight.add(id);
        await new Promise(setImmediate);
        inFlight.delete(id);
        return accepted(send);
      },
    });
    const bench = aPipeline({ records: notes(40), sink, mapper: sameEvent(aPipeline().pipeline.mapper) });
    await bench.run();
    expect([...sink.latest().values()].map(({ id }) => id)).to.deep.equal(['n000039']);
  });

  it('never puts two versions of one event into one request', async () => {
    const sink = recordingSink({ limits: { maxEventsPerRequest: 10 } });
    const bench = aPipeline({ records: notes(5), sink, mapper: sameEvent(aPipeline().pipeline.mapper) });
    await bench.run();
    expect(sink.sends.map(({ events }) => events.length)).to.deep.equal([1, 1, 1, 1, 1]);
    expect(sink.accepted.at(-1)?.['id']).to.equal('n000004');
  });

  it('keeps the cursor before refused events and loses nothing', async () => {
    const directory = aStateDirectory();
    const source = memoryNotes(notes(500), { now: () => NOW });
    const failing = recordingSink({
      limits: { maxEventsPerRequest: 10, maxRequestsInFlight: 4 },
      answer: (_, number) => {
        if (number === 7) throw new RefusedError('quota', 'the quota is used up');
        return undefined;
      },
    });
    const first = await aPipeline({ directory, source, sink: failing }).run();
    expect(first.outcome).to.equal('paused');
    expect(first.report.streams['note']?.accepted).to.be.within(60, 100);

    const bench = aPipeline({ directory, source });
    await bench.run();
    const ids = new Set([...failing.accepted, ...bench.sink.accepted].map(({ id }) => id));
    expect(ids.size).to.equal(500);
    const [total] = (await bench.state()).windows.map(({ segments }) => segments[0]?.counts);
    expect(total).to.include({ read: 500, accepted: 500 });
  });

  it('saves finished work when it is asked to stop, and the next run continues from there', async () => {
    const directory = aStateDirectory();
    const source = memoryNotes(notes(500), { now: () => NOW });
    const controller = new AbortController();
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 10, maxRequestsInFlight: 2 },
      answer: (_, number) => {
        if (number === 5) controller.abort(new Error('stop'));
        return undefined;
      },
    });
    const first = await aPipeline({ directory, source, sink }).run({ signal: controller.signal });
    expect(first.outcome).to.equal('stopped');
    const finished = first.report.streams['note']?.accepted ?? 0;
    expect(finished).to.equal(sink.accepted.length).and.to.be.lessThan(200);

    const bench = aPipeline({ directory, source });
    await bench.run();
    expect(bench.sink.accepted).to.have.length(500 - finished);
  });

  it('drops a batch that could not be delivered for minutes and rereads its records', async () => {
    const source = memoryNotes(notes(5), { now: () => NOW });
    const sink = recordingSink({
      answer: (_, number) => {
        if (number > 30) return undefined;
        source.put('note', aNote('n000002', NOW - 3 * HOUR - 3 * MINUTE, 'newer'));
        throw new TransientError('down', { retryAfterMs: MINUTE });
      },
    });
    const bench = aPipeline({ source, sink });
    await bench.run();
    expect([...sink.latest().values()].find(({ id }) => id === 'n000002')?.['text']).to.equal('newer');
  });

  it('rereads records when a single Retry-After outlasts the life of their batch', async () => {
    const source = memoryNotes(notes(5), { now: () => NOW });
    const sink = recordingSink({
      answer: (_, number) => {
        if (number > 1) return undefined;
        source.put('note', aNote('n000002', NOW - 3 * HOUR - 3 * MINUTE, 'newer'));
        throw new TransientError('throttled', { retryAfterMs: 10 * MINUTE });
      },
    });
    await aPipeline({ source, sink }).run();
    expect(sink.accepted.find(({ id }) => id === 'n000002')?.['text']).to.equal('newer');
  });

  it('sends nothing after the lease has expired', async () => {
    const bench = aPipeline({ records: notes(5) });
    const { state } = bench.pipeline;
    const expired = {
      reader: (name: string) => state.reader(name),
      acquire: async (name: string) => {
        const writer = await state.acquire(name);
        return {
          leaseExpiresAt: NOW - 1,
          read: () => writer.read(),
          deadLetters: () => writer.deadLetters(),
          commit: writer.commit.bind(writer),
          release: () => writer.release(),
        };
      },
    };
    const lost = aPipeline({ records: notes(5) });
    Object.assign(lost.pipeline, { state: expired });
    const { outcome, failure } = await lost.run();
    expect(outcome).to.equal('failed');
    expect(failure).to.be.instanceOf(StateError);
    expect(lost.sink.sends).to.deep.equal([]);
  });

  it('says that the lease has expired when it cannot be renewed any more', async () => {
    const bench = aPipeline({ records: notes(5) });
    const { source, state } = bench.pipeline;
    const acquire = async (name: string) => ({
      ...(await state.acquire(name)),
      leaseExpiresAt: NOW - 1,
      renew: () => Promise.reject(new StateUnavailableError('cannot renew the lease: connection terminated')),
    });
    const open: MemorySource['open'] = ({ signal } = {}) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted', { cause: signal.reason })));
      });
    Object.assign(bench.pipeline, { source: { ...source, open }, state: { ...state, acquire } });
    const { failure } = await bench.run();
    expect(failure).to.be.instanceOf(StateUnavailableError);
    expect(failure?.message).to.equal(
      'the lease on the state has expired: cannot renew the lease: connection terminated',
    );
  });

  it('refuses a second run while another has the lease', async () => {
    const directory = aStateDirectory();
    const holder = await aPipeline({ directory }).pipeline.state.acquire('notes');
    try {
      const { outcome, failure } = await aPipeline({ directory, records: notes(3) }).run();
      expect(outcome).to.equal('failed');
      expect(failure).to.be.instanceOf(StateError).and.not.instanceOf(ConfigError);
      expect(failure?.message).to.contain(String(process.pid));
    } finally {
      await holder.release();
    }
  });

  it('stays within the configured rate', async () => {
    const sink = recordingSink({ limits: { maxEventsPerRequest: 10 } });
    const bench = aPipeline({
      records: notes(100),
      sink,
      delivery: { maxDeadLetterShare: 0.05, maxEventsPerSecond: 10 },
    });
    const begunMs = bench.runtime.monotonicMs();
    await bench.run();
    expect(bench.runtime.monotonicMs() - begunMs).to.be.within(9000, 12_000);
  });

  it('takes the age of events from the source, not from this machine', async () => {
    const sink = recordingSink();
    const assemble = sink.assemble.bind(sink);
    const times: number[] = [];
    sink.assemble = (events, context) => {
      times.push(context.now);
      return assemble(events, context);
    };
    const { runtime, run } = aPipeline({
      sink,
      runtime: { ...manualRuntime({ startAt: NOW }), now: () => NOW - 3 * DAY },
      source: memoryNotes(notes(3), { now: () => NOW }),
    });
    await run();
    expect(times).to.deep.equal([NOW + Math.floor(runtime.monotonicMs())]);
  });
});
