import type { Schedule } from '@sluice/core/service';
import { casesInTurn, recordingSink, type MemoryRecord } from '@sluice/testkit';
import { expect } from 'chai';
import {
  aServedPipeline,
  DAY,
  HOUR,
  HOURLY,
  MINUTE,
  runtimeAt,
  ticks,
  type ObservedRun,
  type ServedBench,
} from './a-served-pipeline.js';

function timesOf(runs: readonly ObservedRun[]): readonly string[] {
  return runs.map(({ begun }) => new Date(begun).toISOString().slice(5, 16));
}

/** Every record that was due by then arrived, and none twice. */
function expectOnce(bench: ServedBench, records: readonly MemoryRecord[], due: number): void {
  const expected = records.filter(({ createdAt }) => createdAt < due).map(({ values }) => values['id']);
  expect(bench.sink.accepted.map(({ id }) => id)).to.deep.equal(expected);
}

function expectNoOverlap(runs: readonly ObservedRun[]): void {
  for (const [index, { begun }] of runs.entries()) {
    if (index > 0) expect(begun, `run ${index}`).to.be.at.least(runs[index - 1]?.ended ?? Infinity);
  }
}

describe('a week of hourly runs', () => {
  const monday = Date.parse('2026-03-02T00:00:00Z');

  it('exports every record once, on time, without overlapping runs', async () => {
    const records = ticks(monday - 10 * DAY, monday + 8 * DAY, 7 * MINUTE);
    const runtime = runtimeAt('2026-03-02T00:00:00Z');
    // Requests take half a minute; one on Wednesday takes four hours.
    const wednesday = monday + 2 * DAY;
    let isSlow = true;
    const sink = recordingSink({
      answer: async () => {
        const slowly = isSlow && runtime.now() > wednesday;
        if (slowly) isSlow = false;
        await runtime.sleep(slowly ? 4 * HOUR : MINUTE / 2);
        return undefined;
      },
    });
    const bench = aServedPipeline({ runtime, records, sink });
    await bench.serve(monday + 7 * DAY);

    expectNoOverlap(bench.runs);
    const times = timesOf(bench.runs);
    expect(times.slice(0, 3)).to.deep.equal(['03-02T00:00', '03-02T00:30', '03-02T01:30']);
    // The slow run swallowed four moments; one run right behind it made up for them.
    expect(times.filter((time) => time.startsWith('03-04')).slice(0, 4)).to.deep.equal([
      '03-04T00:30',
      '03-04T04:30',
      '03-04T05:30',
      '03-04T06:30',
    ]);
    expect(times).to.have.length(1 + 7 * 24 - 3);
    expectOnce(bench, records, monday + 7 * DAY - HOUR);
  });

  it('catches up at once in a single run after 30 hours of downtime', async () => {
    const records = ticks(monday - DAY, monday + 8 * DAY, 7 * MINUTE);
    const bench = aServedPipeline({ runtime: runtimeAt('2026-03-02T00:00:00Z'), records });
    await bench.serve(monday + 2 * DAY + 10 * MINUTE);
    const before = bench.runs.length;
    bench.runtime.advance(30 * HOUR);
    await bench.serve(monday + 7 * DAY);

    expectNoOverlap(bench.runs);
    expect(timesOf(bench.runs).slice(before, before + 3)).to.deep.equal(['03-05T06:10', '03-05T06:30', '03-05T07:30']);
    expect(bench.runs[before]?.accepted).to.be.within((30 * HOUR) / (7 * MINUTE), (31 * HOUR) / (7 * MINUTE));
    expectOnce(bench, records, monday + 7 * DAY - HOUR);
  });

  it('waits for the next scheduled time after a restart when nothing was missed', async () => {
    const bench = aServedPipeline({ runtime: runtimeAt('2026-03-02T00:00:00Z'), records: [] });
    await bench.serve(monday + 50 * MINUTE);
    await bench.serve(monday + 2 * HOUR);
    expect(timesOf(bench.runs)).to.deep.equal(['03-02T00:00', '03-02T00:30', '03-02T01:30']);
  });

  it('continues at once after a restart when a run was stopped in the middle', async () => {
    const records = ticks(monday - 3 * DAY, monday, 7 * MINUTE);
    const runtime = runtimeAt('2026-03-02T00:00:00Z');
    const sink = recordingSink({
      answer: async (_, number) => {
        if (number === 1) bench.stop();
        await runtime.sleep(10 * MINUTE);
        return undefined;
      },
    });
    const bench = aServedPipeline({ runtime, records, sink });
    await bench.serve(monday + HOUR);
    expect(bench.observations.at(-1)).to.include({ kind: 'run-ended', outcome: 'stopped' });
    const stopped = runtime.now();
    expect(stopped).to.be.lessThan(monday + 30 * MINUTE);
    await bench.serve(monday + 3 * HOUR);
    expect(bench.runs[1]?.begun).to.equal(stopped);
    expectOnce(bench, records, monday);
  });
});

describe('a week in which the clocks change', () => {
  const weeks = [
    { zone: 'Europe/Berlin', from: '2026-03-25T00:00:00Z', moment: '03-29T01:00', day: 'forward' },
    { zone: 'Europe/Berlin', from: '2026-10-21T00:00:00Z', moment: '10-25T00:30', day: 'back' },
    { zone: 'America/New_York', from: '2026-03-04T00:00:00Z', moment: '03-08T07:00', day: 'forward' },
    { zone: 'America/New_York', from: '2026-10-28T00:00:00Z', moment: '11-01T07:30', day: 'back' },
  ];
  for (const { zone, from, moment, day } of casesInTurn(weeks, weeks.length)) {
    const begin = Date.parse(from);
    const records = ticks(begin - DAY, begin + 8 * DAY, 7 * MINUTE);

    it(`${day} in ${zone} has one run a night and every record once`, async () => {
      const schedule: Schedule = { kind: 'cron', cron: '30 2 * * *', timeZone: zone };
      const bench = aServedPipeline({ runtime: runtimeAt(from), records, schedule });
      await bench.serve(begin + 7 * DAY);
      const nights = timesOf(bench.runs).slice(1);
      expect(nights).to.have.length(7).and.to.include(moment);
      expect(new Set(nights.map((night) => night.slice(0, 5))).size).to.equal(7);
      expectOnce(bench, records, (bench.runs.at(-1)?.begun ?? 0) - 30 * MINUTE);
    });

    it(`${day} in ${zone} has 168 hourly runs`, async () => {
      const schedule: Schedule = { ...HOURLY, timeZone: zone } as Schedule;
      const bench = aServedPipeline({ runtime: runtimeAt(from), records, schedule });
      await bench.serve(begin + 7 * DAY);
      expect(bench.runs).to.have.length(1 + 7 * 24);
      expectNoOverlap(bench.runs);
      expectOnce(bench, records, begin + 7 * DAY - HOUR);
    });
  }
});
