import type { Mapper } from '@sluice/core/config';
import {
  backfillPipeline,
  hasArrived,
  repairDestination,
  runPipeline,
  verifyDestination,
  verifyPipeline,
  type DestinationRange,
  type DestinationVerification,
} from '@sluice/core/engine';
import type { Arrivals, MappedEvent, Sink } from '@sluice/core/sink';
import { aUuid, memorySource, recordingSink, type MemoryRecord, type RecordingSink } from '@sluice/testkit';
import { expect } from 'chai';
import { aNote, aPipeline, DAY, HOUR, MINUTE, NOTES, NOW, type Bench } from './a-pipeline.js';

const FIRST = NOW - 5 * HOUR;
const PAGE = 40;

/** Notes make the event `written`, and a finished one `finished` besides; a note without text makes none, an open one is held. */
const mapper: Mapper = {
  events: [],
  hash: 'written-1',
  streams: [
    {
      stream: 'note',
      fields: [{ field: 'id' }, { field: 'text' }],
      holds: true,
      map: ([id, text]) => {
        if (text === null) return { kind: 'filtered', rule: 'note: text == null' };
        const number = Number(id);
        const timestamp = new Date(timeOf(number)).toISOString();
        const names = text === 'finished' || text === 'grouped' ? ['written', text] : ['written'];
        const events = names.map((event) => ({ event, uuid: aUuid(number), timestamp }));
        return { kind: 'events', events, ...(text === 'open' && { heldForMs: 2 * DAY }) };
      },
    },
  ],
};

/** One a minute; from number 1,000 on far ahead of its creation, and from number 2,000 on of the day before. */
function timeOf(number: number): number {
  if (number >= 2000) return FIRST - DAY + (number - 2000) * MINUTE;
  return number < 1000 ? FIRST + number * MINUTE : NOW - 90 * MINUTE;
}

function aNumbered(number: number, text: string | null = 'text'): MemoryRecord {
  if (number >= 2000) return aNote(String(number), FIRST + (number - 2000) * MINUTE, text);
  const createdAt = number < 1000 ? timeOf(number) : FIRST - DAY;
  return { ...aNote(String(number), createdAt, text), eventTime: timeOf(number) };
}

function instantOf(event: MappedEvent): number {
  return Date.parse(String(event['timestamp']));
}

/** Of the events about a group, `grouped`: they replace each other. */
function sentUuidOf({ event }: MappedEvent): string | undefined {
  return event === 'grouped' ? aUuid(1) : undefined;
}

/** A sink in memory that can be asked for what it has, but not for checksums. `forgets`: what it has not. */
function askable(sink: RecordingSink, forgets: (event: MappedEvent) => boolean): Sink & { readonly asked: string[] } {
  const asked: string[] = [];
  const kept = (from: number, until: number): readonly MappedEvent[] =>
    sink.accepted.filter((event) => !forgets(event) && instantOf(event) >= from && instantOf(event) < until);
  const arrivals: Arrivals = {
    place: 'the memory',
    lagMs: 10 * MINUTE,
    hours: async ({ from, until, events }) => {
      asked.push('hours');
      const hours = Array.from({ length: (until - from) / HOUR }, (_, index) => from + index * HOUR);
      return hours.flatMap((hour) =>
        events.flatMap((event) => {
          const found = kept(hour, hour + HOUR).filter((each) => each.event === event);
          return found.length === 0 ? [] : [{ hour, event, uuids: new Set(found.map(({ uuid }) => uuid)).size }];
        }),
      );
    },
    uuids: async ({ from, until, event, after = '' }) => {
      asked.push(`uuids of ${event}`);
      const found = kept(from, until).filter((each) => each.event === event && each.uuid > after);
      const uuids = [...new Set(found.map(({ uuid }) => uuid))].toSorted().slice(0, PAGE);
      const next = uuids.at(-1);
      return { uuids, ...(uuids.length === PAGE && next !== undefined && { next }) };
    },
  };
  return {
    ...sink,
    asked,
    encode: (event) => {
      const encoding = sink.encode(event);
      return encoding.kind === 'encoded'
        ? { ...encoding, event: { ...encoding.event, time: instantOf(event), sentUuid: sentUuidOf(event) } }
        : encoding;
    },
    arrivals: () => arrivals,
  };
}

interface ReadBack extends Bench {
  readonly memory: RecordingSink;
  readonly asked: readonly string[];
  verify(range?: Partial<DestinationRange>): Promise<DestinationVerification>;
  repair(range?: Partial<DestinationRange>): ReturnType<typeof repairDestination>;
}

function aReadBack(
  records: readonly MemoryRecord[],
  forgets: (event: MappedEvent) => boolean = () => false,
  beforePage: (request: unknown, page: number) => void = () => undefined,
): ReadBack {
  const memory = recordingSink();
  const sink = askable(memory, forgets);
  const streams = [{ schema: NOTES, records }];
  const bench = aPipeline({ mapper, source: memorySource({ streams, now: () => bench.runtime.now(), beforePage }) });
  const pipeline = { ...bench.pipeline, sink };
  const never = { signal: new AbortController().signal };
  return {
    ...bench,
    pipeline,
    memory,
    asked: sink.asked,
    run: (options) => runPipeline(pipeline, bench.context, { ...never, ...options }),
    verify: (range) =>
      verifyDestination({ ...pipeline, state: pipeline.state.reader('notes') }, bench.context, {
        maxQueries: 100,
        ...range,
        ...never,
      }),
    repair: (range) =>
      repairDestination(pipeline, bench.context, {
        maxQueries: 100,
        ...range,
        ...never,
        attribution: { by: 'ada@ops-1' },
      }),
  };
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);

describe('verify of the destination', () => {
  it('asks page by page for the uuids where a destination has no checksums', async () => {
    const bench = aReadBack(numbers(90).map((number) => aNumbered(number)));
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    const verification = await bench.verify();
    expect(hasArrived(verification)).to.equal(true);
    expect(verification.events).to.deep.equal([{ event: 'written', expected: 90, missing: 0 }]);
    expect(bench.asked).to.deep.equal(['hours', 'uuids of written', 'uuids of written', 'uuids of written']);
    expect(verification.queries).to.equal(4);
  });

  it('counts no event of an hour for which no query was left', async () => {
    const bench = aReadBack(numbers(90).map((number) => aNumbered(number)));
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    const { events, unexamined } = await bench.verify({ maxQueries: 3 });
    expect(unexamined).to.deep.equal([{ hour: FIRST + HOUR, event: 'written' }]);
    expect(events).to.deep.equal([{ event: 'written', expected: 60, missing: 0 }]);
  });

  it('sends again what is missing, and nothing else', async () => {
    const lost = new Set([3, 70].map(aUuid));
    let isLosing = true;
    const records = numbers(90).map((number) => aNumbered(number, number === 5 ? null : 'finished'));
    const bench = aReadBack(records, ({ event, uuid }) => isLosing && event === 'finished' && lost.has(uuid));
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    const sent = bench.memory.accepted.length;
    const { before, report, outcome } = await bench.repair();
    expect(before?.differences.map(({ event, missing }) => `${event} ${missing}`)).to.deep.equal([
      'finished 1',
      'finished 1',
    ]);
    expect(outcome).to.equal('done');
    expect(bench.memory.accepted.slice(sent).map(({ event, uuid }) => [event, uuid])).to.have.deep.members(
      [...lost].map((uuid) => ['finished', uuid]),
    );
    expect(report.streams['note']).to.deep.include({ read: 90, filtered: 88, mapped: 2, accepted: 2 });
    isLosing = false;
    bench.runtime.advance(11 * MINUTE);
    expect(hasArrived(await bench.verify())).to.equal(true);
  });

  it('keeps what is held when it sends again what is missing', async () => {
    const lost = aUuid(3);
    const records = numbers(90).map((number) => aNumbered(number, number === 30 ? 'open' : 'text'));
    const bench = aReadBack(records, ({ uuid }) => uuid === lost);
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    const { held } = await bench.state();
    expect(held.map(({ key }) => key)).to.deep.equal(['30']);
    await bench.repair();
    expect((await bench.state()).held).to.deep.equal(held);
    bench.runtime.advance(2 * DAY);
    await bench.run();
    expect(bench.memory.accepted.map(({ uuid }) => uuid)).to.include(aUuid(30));
    const stored = { ...bench.pipeline, state: bench.pipeline.state.reader('notes') };
    const { streams } = await verifyPipeline(stored, bench.context, { signal: new AbortController().signal });
    expect(streams[0]).to.deep.include({ delivered: 90, filtered: 0, differences: [] });
  });

  it('does not continue an interrupted backfill of the same range, which sends everything', async () => {
    const lost = aUuid(3);
    const bench = aReadBack(
      numbers(90).map((number) => aNumbered(number)),
      ({ uuid }) => uuid === lost,
    );
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    const { from = 0, until = 0 } = (await bench.verify()).compared ?? {};
    const stop = new AbortController();
    await backfillPipeline(bench.pipeline, bench.context, {
      signal: stop.signal,
      streams: ['note'],
      from,
      until,
      parallel: 1,
      nextRun: () => Number.POSITIVE_INFINITY,
      attribution: { by: 'ada@ops-1' },
      observe: ({ kind }) => {
        if (kind === 'window-done') stop.abort(new Error('stopped by the test'));
      },
    });
    const { backfills } = await bench.state();
    expect(backfills).to.have.lengthOf(1);
    bench.runtime.advance(11 * MINUTE);
    const sent = bench.memory.accepted.length;
    await bench.repair({ from, until });
    expect(bench.memory.accepted.slice(sent).map(({ uuid }) => uuid)).to.deep.equal([lost]);
    expect((await bench.state()).backfills).to.deep.equal(backfills);
  });

  it('does not expect what a record became after it was exported, until it is exported again', async () => {
    const bench = aReadBack(numbers(30).map((number) => aNumbered(number)));
    await bench.run();
    bench.source.put('note', { ...aNumbered(7, 'finished'), updatedAt: bench.runtime.now() });
    bench.runtime.advance(11 * MINUTE);
    expect(hasArrived(await bench.verify())).to.equal(true);
    bench.runtime.advance(HOUR);
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    expect((await bench.verify()).events).to.deep.include({ event: 'finished', expected: 1, missing: 0 });
  });

  it('does not compare events whose time was ahead when their record was created', async () => {
    const records = [...numbers(30), 1000, 1001].map((number) => aNumbered(number));
    const bench = aReadBack(records, (event) => instantOf(event) === timeOf(1000));
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    const verification = await bench.verify();
    expect(hasArrived(verification)).to.equal(true);
    expect(verification.ahead).to.equal(2);
  });

  it('compares an event that happened days before its record', async () => {
    const lost = aUuid(2001);
    let isLosing = true;
    const records = [0, 1, 2000, 2001].map((number) => aNumbered(number));
    const bench = aReadBack(records, ({ uuid }) => isLosing && uuid === lost);
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    const found = await bench.verify({ from: FIRST - DAY });
    expect(found.events).to.deep.equal([{ event: 'written', expected: 4, missing: 1 }]);
    expect(found.earlier).to.equal(0);

    const sent = bench.memory.accepted.length;
    await bench.repair({ from: FIRST - DAY });
    expect(bench.memory.accepted.slice(sent).map(({ uuid }) => uuid)).to.deep.equal([lost]);
    isLosing = false;
    bench.runtime.advance(11 * MINUTE);
    expect(hasArrived(await bench.verify({ from: FIRST - DAY }))).to.equal(true);
  });

  it('counts events that happened before the range', async () => {
    const bench = aReadBack([0, 1, 2000, 2001].map((number) => aNumbered(number)));
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    const { events, earlier } = await bench.verify({ from: FIRST });
    expect(events).to.deep.equal([{ event: 'written', expected: 2, missing: 0 }]);
    expect(earlier).to.equal(2);
  });

  it('does not look for events that replace each other', async () => {
    const records = numbers(3).map((number) => aNumbered(number, 'grouped'));
    const bench = aReadBack(records, ({ event }) => event === 'grouped');
    await bench.run();
    bench.runtime.advance(11 * MINUTE);
    const { events } = await bench.verify();
    expect(events).to.deep.equal([{ event: 'written', expected: 3, missing: 0 }]);
  });

  it('compares nothing before the first backfill is complete, and asks nothing', async () => {
    const stop = new AbortController();
    const bench = aReadBack(
      numbers(300).map((number) => aNumbered(number)),
      () => false,
      (_, page) => (page > 1 ? stop.abort() : undefined),
    );
    await bench.run({ signal: stop.signal });
    const verification = await bench.verify();
    expect(hasArrived(verification)).to.equal(false);
    expect(verification.reason).to.include('first backfill is not complete');
    expect(bench.asked).to.deep.equal([]);
  });

  it('says that a sink cannot be read back', async () => {
    const { pipeline, context, run } = aPipeline({ records: [aNote('a', FIRST)] });
    await run();
    const reading = { ...pipeline, state: pipeline.state.reader('notes') };
    const options = { maxQueries: 1, signal: new AbortController().signal };
    const refused = await verifyDestination(reading, context, options).catch((error: unknown) => error);
    expect(String(refused)).to.include('this sink cannot be read back');
  });
});
