import { ConfigError, RefusedError } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';
import { StateError } from '@sluice/core/state';
import {
  type RunProgress,
  backfillPipeline,
  previewBackfill,
  type BackfillOptions,
  type BackfillRequest,
} from '@sluice/core/engine';
import type { Observation } from '@sluice/core/service';
import { manualRuntime, recordingSink, type MemoryRecord } from '@sluice/testkit';
import { expect } from 'chai';
import { aNote, aPipeline, aStateDirectory, DAY, HOUR, memoryNotes, MINUTE, NOW, type Bench } from './a-pipeline.js';

/** Ten days of notes, one an hour, the last one a day before `NOW`. */
const HISTORY: readonly MemoryRecord[] = Array.from({ length: 240 }, (_, index) =>
  aNote(`n${String(index).padStart(3, '0')}`, NOW - 11 * DAY + index * HOUR),
);
const FROM = NOW - 11 * DAY + 24 * HOUR;
const UNTIL = FROM + 4 * DAY;
const IN_RANGE = HISTORY.filter(({ createdAt }) => createdAt >= FROM && createdAt < UNTIL).map(({ key }) => key);

function backfill(bench: Bench, options: Partial<BackfillOptions> = {}) {
  return backfillPipeline(bench.pipeline, bench.context, {
    from: FROM,
    until: UNTIL,
    parallel: 1,
    nextRun: () => Number.POSITIVE_INFINITY,
    attribution: { by: 'ada@ops-1' },
    signal: new AbortController().signal,
    ...options,
  });
}

/** Exported once, so that what the sink gets from now on is what is sent again. */
async function anExported(parts: Parameters<typeof aPipeline>[0] = {}): Promise<Bench> {
  const directory = aStateDirectory();
  const first = aPipeline({ directory, records: HISTORY });
  await first.run();
  return aPipeline({ directory, records: HISTORY, ...parts });
}

function idsOf(events: readonly MappedEvent[]): readonly string[] {
  return events.map(({ id }) => String(id));
}

/** Lets everything go on that can. */
async function pause(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
}

async function failureOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it was expected to fail');
}

describe('a backfill', () => {
  it('resends exactly the records of its range as history and counts them as backfilled', async () => {
    const bench = await anExported();
    const { outcome, report } = await backfill(bench);
    expect(outcome).to.equal('done');
    expect(idsOf(bench.sink.accepted).toSorted()).to.deep.equal(IN_RANGE);
    expect(bench.sink.sends.every((send) => send.backfill)).to.equal(true);
    expect(report.streams['note']?.repeats.backfilled).to.equal(IN_RANGE.length);
    const { backfills, history } = await bench.state();
    expect(backfills).to.deep.equal([]);
    expect(history.at(-1)).to.include({ what: 'backfill', by: 'ada@ops-1' });
  });

  it('does not change the digests or the cursor of following', async () => {
    const bench = await anExported();
    const digests = () => bench.pipeline.state.reader('notes').digests('note', 0, Number.POSITIVE_INFINITY);
    const before = await digests();
    await backfill(bench);
    expect(await digests()).to.deep.equal(before);
    bench.runtime.advance(HOUR);
    expect((await bench.run()).report.streams['note']?.read).to.equal(0);
  });

  it('exports only records created before the request, less settle', async () => {
    const bench = await anExported();
    const happened = FROM + 30 * MINUTE;
    bench.source.put('note', { ...aNote('late', NOW - 10 * MINUTE), eventTime: happened });
    bench.source.put('note', { ...aNote('known', NOW - 40 * MINUTE), eventTime: happened });
    await backfill(bench);
    expect(idsOf(bench.sink.accepted)).to.include('known').and.not.to.include('late');
  });

  it('resends its range when it is requested again after completion', async () => {
    const bench = await anExported();
    await backfill(bench);
    await backfill(bench);
    expect(bench.sink.accepted).to.have.length(2 * IN_RANGE.length);
  });

  it('runs the requested number of windows at a time', async () => {
    const begun = new Set<number>();
    let meet = () => {};
    const met = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const source = memoryNotes(HISTORY, {
      now: () => NOW,
      beforePage: async ({ window }) => {
        begun.add(window.from);
        if (begun.size === 3) meet();
        await met;
      },
    });
    const bench = await anExported({ source });
    expect((await backfill(bench, { parallel: 3 })).outcome).to.equal('done');
    expect(idsOf(bench.sink.accepted).toSorted()).to.deep.equal(IN_RANGE);
  });

  it('never has two requests with the same event in flight, even across windows', async () => {
    const same = [0, 1, 2, 3].map((day) => ({ ...aNote('same', FROM + day * DAY), key: `same-${day}` }));
    let allAreRead = () => {};
    const read = new Promise<void>((resolve) => {
      allAreRead = resolve;
    });
    const source = memoryNotes(same, {
      now: () => NOW,
      beforePage: () => {
        if (source.reads.length === 4) allAreRead();
      },
    });
    let onTheirWay = 0;
    let most = 0;
    const sink = recordingSink({
      answer: async () => {
        onTheirWay += 1;
        most = Math.max(most, onTheirWay);
        await read;
        await pause(20);
        onTheirWay -= 1;
        return undefined;
      },
    });
    const bench = await anExported({ source, sink });
    await backfill(bench, { parallel: 4 });
    expect(bench.sink.accepted).to.have.length(4);
    expect(most).to.equal(1);
  });

  it('skips a gap of years with few windows', async () => {
    const old = aNote('old', NOW - 5 * 365 * DAY);
    const bench = await anExported({ records: [old, ...HISTORY] });
    const { report } = await backfill(bench, { from: 0, until: NOW });
    expect(bench.sink.latest().size).to.equal(241);
    expect(report.windows).to.be.lessThan(20);
  });

  it('reports progress up to completion', async () => {
    const bench = await anExported();
    const seen: RunProgress[] = [];
    await backfill(bench, { onProgress: (progress) => seen.push(progress) });
    const read = seen.map(({ recordsRead }) => recordsRead);
    expect(read).to.deep.equal(read.toSorted((a, b) => a - b));
    expect(new Set(seen.map(({ expectedRecords }) => expectedRecords))).to.deep.equal(new Set([96]));
    const counts = { recordsRead: 96, eventsFinal: 96, expectedRecords: 96 };
    expect(seen.at(-1)).to.deep.equal(counts);
  });
});

describe('an interrupted backfill', () => {
  /** A sink that fails once with this error, when it has accepted some events. */
  function failingOnce(error: Error) {
    let hasFailed = false;
    return recordingSink({
      limits: { maxEventsPerRequest: 4 },
      answer: (_, number) => {
        if (number < 8 || hasFailed) return undefined;
        hasFailed = true;
        throw error;
      },
    });
  }

  for (const parallel of [1, 4]) {
    it(`continues where it stopped when it is requested again, ${parallel} windows at a time`, async () => {
      const sink = failingOnce(new RefusedError('quota', 'no quota left'));
      const bench = await anExported({ sink });
      const { outcome } = await backfill(bench, { parallel });
      expect(outcome).to.equal('paused');
      const [left] = (await bench.state()).backfills;
      expect(left?.createdBefore).to.equal(NOW - 30 * MINUTE);
      bench.runtime.advance(2 * HOUR);
      expect((await backfill(bench, { parallel })).outcome).to.equal('done');
      expect([...new Set(idsOf(sink.accepted))].toSorted()).to.deep.equal(IN_RANGE);
      expect(sink.accepted.length).to.be.lessThan(IN_RANGE.length + 4 * 4 * parallel);
      const { backfills, history, pause: paused } = await bench.state();
      expect(backfills).to.deep.equal([]);
      expect(paused).to.equal(undefined);
      expect(history.filter(({ what }) => what === 'backfill')).to.have.length(1);
    });
  }

  it('stops all windows when one loses the lease', async () => {
    const sink = failingOnce(new StateError('the lease is lost'));
    const bench = await anExported({ sink });
    const { outcome, failure } = await backfill(bench, { parallel: 4 });
    expect(outcome).to.equal('failed');
    expect(failure?.message).to.equal('the lease is lost');
    // Each of the others had at most one request in flight.
    expect(sink.sends.length).to.be.at.most(8 + 3);
  });

  it('is not continued by a run and stops cleanly on a signal', async () => {
    const controller = new AbortController();
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 4 },
      answer: (_, number) => {
        if (number === 8) controller.abort(new Error('stopped'));
        return undefined;
      },
    });
    const bench = await anExported({ sink });
    expect((await backfill(bench, { signal: controller.signal, parallel: 2 })).outcome).to.equal('stopped');
    const accepted = sink.accepted.length;
    bench.runtime.advance(HOUR);
    await bench.run();
    expect(sink.accepted.length).to.equal(accepted);
    expect((await bench.state()).backfills).to.have.length(1);
    await backfill(bench, { parallel: 2 });
    expect([...new Set(idsOf(sink.accepted))].toSorted()).to.deep.equal(IN_RANGE);
  });
});

describe('following during a backfill', () => {
  /**
   * An hour passes with every third request, and a note is created in it. `setBackMs`: by so much is the clock of this
   * machine set back after the second hour.
   */
  async function alongside(nextRun: BackfillOptions['nextRun'], { parallel = 2, setBackMs = 0 } = {}) {
    const steady = manualRuntime({ startAt: NOW });
    let created = 0;
    const sink = recordingSink({
      answer: (send, number) => {
        if (number % 3 !== 0 || created === 5 || !send.backfill) return undefined;
        created += 1;
        bench.source.put('note', aNote(`new-${created}`, steady.now() + MINUTE));
        steady.advance(HOUR);
        return undefined;
      },
    });
    const beside: number[] = [];
    const source = memoryNotes(HISTORY, {
      now: () => steady.now(),
      beforePage: async ({ window }) => {
        if (window.axis === 'event') return;
        const { windows } = await bench.state();
        beside.push(...windows.filter((each) => each.backfill && each.status === 'open').map(({ id }) => id));
      },
    });
    const runtime = { ...steady, now: () => steady.now() - (created < 2 ? 0 : setBackMs) };
    const bench: Bench = await anExported({ source, sink, runtime, maxWindowMs: 4 * HOUR });
    const done: Observation[] = [];
    const observe = (observation: Observation) => {
      if (observation.kind === 'window-done') done.push(observation);
    };
    const { outcome } = await backfill(bench, { nextRun, parallel, observe });
    expect(outcome).to.equal('done');
    return { bench, beside, purposes: done.map((each) => (each.kind === 'window-done' ? each.purpose : undefined)) };
  }

  const hourly = (after: number) => (Math.floor(after / HOUR) + 1) * HOUR;

  it('takes turns with the windows, so new records do not wait for history', async () => {
    const { bench, purposes } = await alongside(hourly);
    const order = idsOf(bench.sink.accepted);
    expect(order.indexOf('new-1')).to.be.within(0, order.lastIndexOf(IN_RANGE.at(-1) ?? '') - 1);
    expect(purposes.filter((purpose) => purpose === 'following').length).to.be.greaterThan(2);
    expect([...new Set(order.filter((id) => id.startsWith('n0') || id.startsWith('n1')))].toSorted()).to.deep.equal(
      IN_RANGE,
    );
  });

  it('goes on when the clock is set back, and does not wait for the old time to return', async () => {
    const { bench } = await alongside(hourly, { setBackMs: 6 * HOUR });
    expect(idsOf(bench.sink.accepted)).to.include.members(['new-3', 'new-4']);
  });

  it('never runs at the same time as a window of the backfill', async () => {
    const { bench, beside } = await alongside(hourly, { parallel: 3 });
    expect(bench.source.reads.some(({ window }) => window.axis === 'change')).to.equal(true);
    expect(beside).to.deep.equal([]);
  });

  it('does not keep the backfill from finishing when it is always due', async () => {
    const { bench } = await alongside(() => Number.NEGATIVE_INFINITY);
    expect(idsOf(bench.sink.accepted)).to.include.members([...IN_RANGE]);
  });
});

describe('backfill requests', () => {
  it('are refused before the first backfill is complete', async () => {
    const sink = recordingSink({
      answer: () => {
        throw new RefusedError('quota', 'no quota left');
      },
    });
    const never = await failureOf(backfill(aPipeline({ records: HISTORY })));
    expect(never).to.be.instanceOf(ConfigError);
    const bench = aPipeline({ records: HISTORY, sink });
    await bench.run();
    const failure = await failureOf(backfill(bench));
    expect(failure).to.be.instanceOf(ConfigError);
    expect(failure.message).to.contain('sluice run');
  });

  it('are refused for an empty range or a stream that the mapping does not read', async () => {
    const bench = await anExported();
    expect((await failureOf(backfill(bench, { until: FROM }))).message).to.contain('is empty');
    expect((await failureOf(backfill(bench, { streams: ['notes'] }))).message).to.contain('notes');
  });

  it('close the source when they are refused: others that share it would wait', async () => {
    let closed = 0;
    const close = async () => {
      closed += 1;
    };
    const bench = aPipeline({ source: { ...memoryNotes(HISTORY, { now: () => NOW }), close } });
    expect(await failureOf(backfill(bench))).to.be.instanceOf(ConfigError);
    expect(closed).to.equal(1);
  });

  it('are refused with the options to continue when the pipeline file does not match the state', async () => {
    const bench = await anExported({ sink: recordingSink({ destination: 'elsewhere' }) });
    expect((await failureOf(backfill(bench))).message).to.contain('sluice state accept');
  });

  it('are refused while another process runs the pipeline', async () => {
    const bench = await anExported();
    const writer = await bench.pipeline.state.acquire('notes');
    try {
      const { failure } = await backfill(bench);
      expect(failure).to.be.instanceOf(StateError);
      expect(failure?.message).to.contain(`process ${process.pid}`);
    } finally {
      await writer.release();
    }
  });
});

describe('the preview of a backfill', () => {
  function plan({ pipeline, context }: Bench, request: Partial<BackfillRequest> = {}) {
    const reading = { ...pipeline, state: pipeline.state.reader(pipeline.name) };
    return previewBackfill(reading, context, {
      from: FROM,
      until: UNTIL,
      signal: new AbortController().signal,
      ...request,
    });
  }

  it('predicts what the backfill does and changes nothing', async () => {
    const bench = await anExported({ sink: recordingSink({ limits: { maxEventsPerRequest: 3 } }) });
    const before = await bench.state();
    const preview = await plan(bench);
    expect(preview.streams).to.deep.equal([
      { stream: 'note', windows: 24, records: 96, events: 96, historicalEvents: 0, requests: 32 },
    ]);
    expect(preview).to.include({ createdBefore: NOW - 30 * MINUTE, isResumed: false });
    expect(await bench.state()).to.deep.equal(before);
    expect(bench.sink.sends).to.deep.equal([]);
    const { report } = await backfill(bench);
    expect(report.windows).to.equal(24);
  });

  it('tells what counts as history at the destination', async () => {
    const history = { afterMs: 48 * HOUR, meaning: 'imported apart' };
    const bench = await anExported({ sink: recordingSink({ history }) });
    const preview = await plan(bench, { from: NOW - 4 * DAY, until: NOW });
    expect(preview.history).to.deep.equal({ before: NOW - 48 * HOUR, meaning: 'imported apart' });
    expect(preview.streams[0]).to.include({ records: 72, historicalEvents: 48 });
  });

  it('estimates the duration and names the basis', async () => {
    const records = Array.from({ length: 2000 }, (_, index) => aNote(`m${index}`, NOW - 5 * DAY + index * MINUTE));
    let source = memoryNotes(records, { now: () => NOW });
    const directory = aStateDirectory();
    const slow = recordingSink({
      answer: () => {
        first.runtime.advance(1000);
        return undefined;
      },
    });
    const first: Bench = aPipeline({ directory, source, sink: slow });
    await first.run();
    source = memoryNotes(records, { now: () => NOW });
    const bench = aPipeline({ directory, source });
    const range = { from: NOW - 5 * DAY, until: NOW };
    const { pace, expectedMs } = await plan(bench, range);
    expect(pace?.basis).to.equal('first-backfill');
    expect(pace?.eventsPerSecond).to.be.within(50, 100);
    expect(expectedMs).to.equal(Math.round((2000 / (pace?.eventsPerSecond ?? 1)) * 1000));
    const limited = aPipeline({ directory, source, delivery: { maxDeadLetterShare: 0.05, maxEventsPerSecond: 10 } });
    expect((await plan(limited, range)).pace).to.deep.equal({ eventsPerSecond: 10, basis: 'limit' });
  });

  it('covers only what is left of an interrupted backfill', async () => {
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 4 },
      answer: (_, number) => {
        if (number === 8) throw new RefusedError('quota', 'no quota left');
        return undefined;
      },
    });
    const bench = await anExported({ sink });
    await backfill(bench);
    const preview = await plan(bench);
    expect(preview.isResumed).to.equal(true);
    expect(preview.streams[0]?.windows).to.be.within(12, 23);
  });

  it('counts only windows for a source without estimates', async () => {
    const { estimate: _, ...source } = memoryNotes(HISTORY, { now: () => NOW });
    const bench = await anExported({ source });
    const preview = await plan(bench);
    expect(preview.streams).to.deep.equal([{ stream: 'note', windows: 24 }]);
    expect(preview).not.to.have.property('expectedMs');
  });
});
