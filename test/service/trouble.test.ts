import { ConfigError, RefusedError, TransientError } from '@sluice/core/adapter';
import type { Schedule } from '@sluice/core/service';
import type { Sink } from '@sluice/core/sink';
import type { Source } from '@sluice/core/source';
import { StateUnavailableError, type StateStore } from '@sluice/core/state';
import { MemoryStateStore, recordingLogger, recordingSink, type ManualRuntime } from '@sluice/testkit';
import { expect } from 'chai';
import { aServedPipeline, DAY, HOUR, MINUTE, runtimeAt, ticks, type ServedBench } from './a-served-pipeline.js';

const START = '2026-03-02T00:00:00Z';
const BEGIN = Date.parse(START);
/** Runs between two times of the hourly schedule. */
const OFTEN: Schedule = { kind: 'interval', everyMs: 10 * MINUTE };
const RECORDS = ticks(BEGIN - 5 * HOUR, BEGIN + 10 * HOUR, 10 * MINUTE);

/** The messages of a level, in order, with the time of day at which a run that they end would be tried again. */
function messages({ logger }: ServedBench, level: string): readonly string[] {
  return logger.lines.filter((line) => line.level === level).map(({ message }) => message);
}

/** A sink that is refused while `isRefused` says so. */
function refusedWhile(isRefused: () => boolean): (sink: Sink) => Sink {
  return (sink) => ({
    ...sink,
    open: async () => {
      if (isRefused()) throw new RefusedError('credentials', 'PostHog refuses the key');
    },
  });
}

const deadSource = (source: Source): Source => ({
  ...source,
  open: async () => {
    throw new TransientError('db.example.com:5432: connection refused');
  },
});

describe('a pipeline that is paused', () => {
  it('retries on schedule, logs the trouble once, and logs the recovery', async () => {
    const runtime = runtimeAt(START);
    const isRefused = () => runtime.now() < BEGIN + 4 * HOUR;
    const bench = aServedPipeline({ runtime, records: RECORDS, wrapSink: refusedWhile(isRefused) });
    await bench.serve(BEGIN + 6 * HOUR);

    expect(bench.runs).to.have.length(7);
    expect(messages(bench, 'error')).to.deep.equal(['the pipeline is paused; the next run retries']);
    expect(messages(bench, 'debug').filter((each) => each.includes('paused'))).to.have.length(4);
    expect(messages(bench, 'info').filter((each) => each.includes('recovered'))).to.have.length(1);
    const line = bench.logger.lines.find(({ level }) => level === 'error');
    expect(line?.fields).to.include({ pipeline: 'ticks', cause: 'credentials', error: 'PostHog refuses the key' });
    expect(line?.fields).to.include({ next: '2026-03-02T00:30:00.000Z' });
    expect(bench.monitor.trouble).to.equal(undefined);
    expect(bench.sink.accepted).not.to.deep.equal([]);
  });

  it('is unhealthy with a cause and a time, even for the next process, which retries at once', async () => {
    const runtime = runtimeAt(START);
    const bench = aServedPipeline({ runtime, wrapSink: refusedWhile(() => true) });
    await bench.serve(BEGIN + 2 * HOUR);
    expect(bench.monitor.trouble).to.deep.equal({
      cause: 'credentials',
      message: 'PostHog refuses the key',
      since: BEGIN,
    });
    expect(bench.monitor.pause).to.equal('credentials');
    const before = bench.runs.length;
    await bench.serve(BEGIN + 2 * HOUR + MINUTE);
    expect(bench.runs.length).to.equal(before + 1);
  });

  it('is tried at once by the next process, also if no scheduled time has passed since it was caught up', async () => {
    const [runtime, state] = [runtimeAt(START), new MemoryStateStore()];
    const isRefused = () => runtime.now() > BEGIN + HOUR;
    const often = aServedPipeline({ runtime, state, schedule: OFTEN, wrapSink: refusedWhile(isRefused) });
    await often.serve(BEGIN + HOUR + 15 * MINUTE);
    expect(often.monitor.pause).to.equal('credentials');
    const hourly = aServedPipeline({ runtime, state });
    await hourly.serve(BEGIN + HOUR + 20 * MINUTE);
    expect(hourly.runs).to.have.length(1);
  });
});

describe('a pipeline whose run was interrupted', () => {
  it('is continued at once by the next process, also if no scheduled time has passed since it was caught up', async () => {
    const [runtime, state] = [runtimeAt(START), new MemoryStateStore()];
    const records = ticks(BEGIN - HOUR, BEGIN + HOUR, MINUTE / 10);
    const sink = recordingSink({
      answer: async () => {
        if (runtime.now() > BEGIN + HOUR) often.stop();
        return undefined;
      },
    });
    const often: ServedBench = aServedPipeline({ runtime, state, records, sink, schedule: OFTEN, maxEvents: 1 });
    await often.serve(BEGIN + HOUR + 15 * MINUTE);
    expect(often.observations.at(-1)).to.include({ kind: 'run-ended', outcome: 'stopped' });
    const hourly = aServedPipeline({ runtime, state, records });
    await hourly.serve(BEGIN + HOUR + 20 * MINUTE);
    expect(hourly.runs).to.have.length(1);
  });
});

describe('a pipeline whose source does not answer', () => {
  it('retries without end, and stops without waiting for an answer', async () => {
    const bench = aServedPipeline({ runtime: runtimeAt(START), wrapSource: deadSource });
    await bench.serve(BEGIN + 5 * HOUR);
    expect(bench.runs).to.have.length(1);
    expect(bench.runs[0]?.ended).to.equal(BEGIN + 5 * HOUR);
    expect(bench.observations.filter(({ kind }) => kind === 'retry').length).to.be.greaterThan(100);
  });

  it('is unhealthy from the third failure until the source answers', async () => {
    let isDead = true;
    const runtime = runtimeAt(START);
    const wrapSource = (source: Source): Source => ({
      ...source,
      open: () => (isDead ? deadSource(source) : source).open(),
    });
    const bench = aServedPipeline({ runtime, records: RECORDS, wrapSource });
    await bench.serve(BEGIN + HOUR);
    expect(bench.monitor.trouble).to.include({
      cause: 'source-unreachable',
      message: 'db.example.com:5432: connection refused',
    });
    expect(bench.monitor.trouble?.since).to.be.within(BEGIN, BEGIN + 10_000);
    isDead = false;
    await bench.serve(BEGIN + 2 * HOUR);
    expect(bench.monitor.trouble).to.equal(undefined);
  });

  it('does not delay another pipeline', async () => {
    const runtime = runtimeAt(START);
    const logger = recordingLogger();
    const down = aServedPipeline({ runtime, logger, name: 'down', wrapSource: deadSource });
    const well = aServedPipeline({ runtime, logger, name: 'well', records: RECORDS });
    const until = BEGIN + 8 * HOUR;
    await Promise.all([down.serve(until), well.serve(until)]);
    const late = well.runs.map(({ begun }) => (begun - BEGIN - HOUR / 2) % HOUR);
    expect(late.slice(1)).to.deep.equal(Array.from({ length: 8 }, () => 0));
    expect(well.monitor.trouble).to.equal(undefined);
    expect(down.monitor.trouble?.cause).to.equal('source-unreachable');
    const complaints = logger.lines.filter(({ message }) => message.startsWith('the source did not answer'));
    for (const { fields } of complaints) expect(fields).to.include({ pipeline: 'down' });
  });
});

describe('a pipeline whose state is gone', () => {
  it('exports nothing until it is put back, or until the next process', async () => {
    const runtime = runtimeAt(START);
    const [first, empty] = [new MemoryStateStore(), new MemoryStateStore()];
    const current = (): StateStore => {
      const hours = (runtime.now() - BEGIN) / HOUR;
      return hours < 2 || (hours > 4 && hours < 6) ? first : empty;
    };
    const state: StateStore = { reader: (name) => current().reader(name), acquire: (name) => current().acquire(name) };
    const bench = aServedPipeline({ runtime, records: RECORDS, state });
    await bench.serve(BEGIN + 7 * HOUR);
    const accepted = bench.runs.map((run) => run.accepted > 0);
    expect(accepted).to.deep.equal([true, true, true, false, false, true, true, false]);
    expect(bench.sink.accepted).to.have.length(bench.sink.latest().size);
    const errors = bench.logger.lines.filter(({ level }) => level === 'error');
    expect(errors).to.have.length(2);
    for (const { fields } of errors)
      expect(fields).to.have.property('error').that.includes('the state of "ticks" is gone from the state store');
    expect(bench.monitor.trouble?.cause).to.equal('run-failed');
    await bench.serve(BEGIN + 8 * HOUR);
    expect(bench.runs.slice(8).some((run) => run.accepted > 0)).to.equal(true);
    expect(bench.monitor.trouble).to.equal(undefined);
  });
});

/** A state that does not answer while `isAway` says so. */
function stateAwayWhile(isAway: () => boolean): MemoryStateStore {
  const answer = <T>(work: () => Promise<T>): Promise<T> =>
    isAway() ? Promise.reject(new StateUnavailableError('db.example.com:5432: the server is starting')) : work();
  return new (class extends MemoryStateStore {
    override async acquire(pipeline: string) {
      const writer = await answer(() => super.acquire(pipeline));
      const commit = writer.commit.bind(writer);
      return Object.assign(writer, {
        commit: (...given: Parameters<typeof commit>) => answer(() => commit(...given)),
      });
    }
  })();
}

describe('a pipeline whose state does not answer', () => {
  it('waits for it, unhealthy from the third failure on', async () => {
    const runtime = runtimeAt(START);
    const state = stateAwayWhile(() => runtime.now() < BEGIN + 20 * MINUTE);
    const bench = aServedPipeline({ runtime, records: RECORDS, state });
    const meanwhile = runtime.sleep(10 * MINUTE).then(() => bench.monitor.trouble);
    await bench.serve(BEGIN + 25 * MINUTE);
    expect(await meanwhile).to.include({
      cause: 'state-unreachable',
      message: 'db.example.com:5432: the server is starting',
    });
    expect(messages(bench, 'warn')).to.include('the state did not answer; retrying');
    expect(messages(bench, 'error')).to.deep.equal([]);
    expect(bench.runs).to.have.length(1);
    expect(bench.monitor.trouble).to.equal(undefined);
    expect(bench.sink.accepted).not.to.deep.equal([]);
  });

  it('goes on as soon as it answers when it went away in the middle of a run', async () => {
    const runtime = runtimeAt(START);
    let commits = 0;
    const state = stateAwayWhile(() => (commits += 1) > 4 && runtime.now() < BEGIN + 10 * MINUTE);
    const bench = aServedPipeline({ runtime, records: RECORDS, state });
    await bench.serve(BEGIN + 25 * MINUTE);
    expect(bench.runs).to.have.length(2);
    expect(bench.runs[1]?.ended).to.be.within(BEGIN + 10 * MINUTE, BEGIN + 12 * MINUTE);
    const line = bench.logger.lines.find(({ level }) => level === 'error');
    expect(line?.fields).to.include({ next: START.replace('Z', '.000Z') });
    expect(bench.monitor.trouble).to.equal(undefined);
    expect(new Set(bench.sink.accepted.map(({ id }) => id)).size).to.equal(bench.sink.accepted.length);
  });

  it('does not keep the process from stopping', async () => {
    const bench = aServedPipeline({ runtime: runtimeAt(START), state: stateAwayWhile(() => true) });
    await bench.serve(BEGIN + 5 * HOUR);
    expect(bench.runs[0]?.ended).to.equal(BEGIN + 5 * HOUR);
  });
});

describe('a pipeline whose state is in use', () => {
  it('fails the run, names the holder, and continues once the state is free', async () => {
    const state = new MemoryStateStore();
    const other = await state.acquire('ticks');
    const bench = aServedPipeline({ runtime: runtimeAt(START), records: RECORDS, state });
    await bench.serve(BEGIN + 45 * MINUTE);
    expect(messages(bench, 'error')).to.deep.equal(['the run failed; the next run retries']);
    expect(bench.monitor.trouble).to.include({ cause: 'run-failed' });
    expect(bench.monitor.trouble?.message).to.include('in use by process');
    await other.release();
    await bench.serve(BEGIN + 2 * HOUR);
    expect(bench.monitor.trouble).to.equal(undefined);
    expect(bench.sink.accepted).not.to.deep.equal([]);
  });

  it('releases the lease between runs', async () => {
    const state = new MemoryStateStore();
    const bench = aServedPipeline({ runtime: runtimeAt(START), records: RECORDS, state });
    const held: (number | undefined)[] = [];
    const looking = bench.runtime.sleep(HOUR).then(async () => held.push((await state.reader('ticks').holder())?.pid));
    await bench.serve(BEGIN + 2 * HOUR);
    await looking;
    expect(held).to.deep.equal([undefined]);
  });
});

describe('a pipeline with a bug', () => {
  const broken = (runtime: ManualRuntime, isBroken: () => boolean) =>
    aServedPipeline({
      runtime,
      records: RECORDS,
      name: 'broken',
      wrapSink: (sink) => ({
        ...sink,
        open: async () => {
          if (isBroken()) throw new TypeError('cannot read properties of undefined');
        },
      }),
    });

  it('logs the stack, is unhealthy, is tried again on schedule, and leaves other pipelines alone', async () => {
    const runtime = runtimeAt(START);
    const one = broken(runtime, () => runtime.now() < BEGIN + 2 * HOUR);
    const well = aServedPipeline({ runtime, records: RECORDS, name: 'well' });
    const bugAt = runtime.sleep(HOUR).then(() => one.monitor.trouble);
    await Promise.all([one.serve(BEGIN + 3 * HOUR), well.serve(BEGIN + 3 * HOUR)]);
    expect(await bugAt).to.include({ cause: 'bug', message: 'TypeError: cannot read properties of undefined' });
    const line = one.logger.lines.find(({ level }) => level === 'error');
    expect(line?.message).to.contain('a bug in Sluice or in an adapter ended the run');
    expect(line?.fields).to.have.property('err').that.is.instanceOf(TypeError);
    expect(line?.fields).to.include({ next: '2026-03-02T00:30:00.000Z' });
    expect(one.monitor.trouble).to.equal(undefined);
    expect(one.sink.accepted).not.to.deep.equal([]);
    expect(well.runs).to.have.length(4);
  });

  it('rests longer after every run that ends with a bug, up to a day', async () => {
    const runtime = runtimeAt(START);
    const bench = broken(runtime, () => true);
    await bench.serve(BEGIN + 5 * DAY);
    const hours = bench.runs.map(({ begun }) => Math.round((begun - BEGIN) / HOUR));
    const rests = hours.slice(1).map((hour, index) => hour - (hours[index] ?? 0));
    expect(rests.slice(0, 4)).to.deep.equal([1, 1, 1, 1]);
    expect(rests).to.deep.equal(rests.toSorted((a, b) => a - b));
    expect(rests.at(-1)).to.be.within(24, 25);
  });

  it('rests no longer when the clock is set back', async () => {
    const runtime = runtimeAt(START);
    const setBack = { ...runtime, now: () => runtime.now() - (runtime.monotonicMs() < MINUTE / 2 ? 0 : DAY) };
    let calls = 0;
    const bench = broken(setBack, () => (calls += 1) === 1);
    await bench.serve(BEGIN + HOUR);
    expect(bench.runs[1]?.begun).to.be.within(BEGIN - DAY, BEGIN - DAY + HOUR);
  });

  it('is none when an adapter cannot be made', async () => {
    const runtime = runtimeAt(START);
    const bench = aServedPipeline({
      runtime,
      records: RECORDS,
      wrapSource: (source) => {
        if (runtime.now() < BEGIN + HOUR) throw new ConfigError([], 'the file with the key cannot be read');
        return source;
      },
    });
    await bench.serve(BEGIN + 2 * HOUR);
    expect(messages(bench, 'error')).to.deep.equal([
      'the run failed; the next run retries',
      'the run failed; the next run retries',
    ]);
    expect(bench.monitor.trouble).to.equal(undefined);
    expect(bench.sink.accepted).not.to.deep.equal([]);
  });
});

describe('a pipeline whose source has ended', () => {
  it('exports the rest, is complete, and does not run again', async () => {
    const newest = BEGIN - HOUR;
    const records = ticks(BEGIN - 5 * HOUR, newest, 10 * MINUTE);
    const wrapSource = (source: Source): Source => ({ ...source, ended: async () => ({ newest }) });
    const bench = aServedPipeline({ runtime: runtimeAt(START), records, wrapSource });
    await bench.serve(BEGIN + DAY);
    expect(bench.runs).to.have.length(1);
    expect(bench.runtime.now()).to.be.lessThan(BEGIN + MINUTE);
    expect(bench.sink.accepted).to.have.length(records.length);
    expect(messages(bench, 'info').at(-1)).to.include('the pipeline is complete');
    bench.runtime.advance(DAY);
    expect(bench.monitor.lagMs).to.equal(0);
  });
});

describe('the lag of a pipeline', () => {
  it('is the age of the oldest record due in its slowest stream, and grows between runs', async () => {
    const bench = aServedPipeline({ runtime: runtimeAt(START), records: RECORDS });
    expect(bench.monitor.lagMs).to.equal(undefined);
    await bench.serve(BEGIN + 30 * MINUTE + 1);
    expect(bench.monitor.lagMs).to.be.within(0, 5000);
    bench.runtime.advance(20 * MINUTE);
    expect(bench.monitor.lagMs).to.be.within(20 * MINUTE, 20 * MINUTE + 5000);
  });

  it('is measured with the source’s clock', async () => {
    const runtime = runtimeAt(START);
    const wrapSource = (source: Source): Source => ({ ...source, now: async () => runtime.now() - 3 * HOUR });
    const bench = aServedPipeline({ runtime, records: RECORDS, wrapSource });
    await bench.serve(BEGIN + 30 * MINUTE + 1);
    expect(bench.monitor.lagMs).to.be.within(0, 5000);
  });

  it('is known to the next process before its first run', async () => {
    const state = new MemoryStateStore();
    const runtime = runtimeAt(START);
    await aServedPipeline({ runtime, records: RECORDS, state }).serve(BEGIN + HOUR);
    runtime.advance(2 * HOUR);
    const bench = aServedPipeline({ runtime, records: RECORDS, state, wrapSource: deadSource });
    await bench.serve(runtime.now() + MINUTE);
    expect(bench.monitor.lagMs).to.be.within(2.5 * HOUR, 2.6 * HOUR);
    expect(bench.monitor.lastSuccess).to.be.within(BEGIN + 30 * MINUTE, BEGIN + 31 * MINUTE);
  });
});
