import type { Runtime } from '@sluice/core/adapter';
import type { ScheduledPipeline } from '@sluice/core/scheduler';
import { InProcessScheduler, nextTime, type Schedule } from '@sluice/core/service';
import { describeScheduler, manualRuntime } from '@sluice/testkit';
import { expect } from 'chai';

const HOUR = 3_600_000;
const HOURLY: Schedule = { kind: 'cron', cron: '30 * * * *', timeZone: 'UTC' };

function at(text: string): number {
  return Date.parse(text);
}

/** The first moments of a schedule after a time, as ISO texts without seconds. */
function moments(schedule: Schedule, after: string, count: number): readonly string[] {
  const found: number[] = [];
  for (let last = at(after); found.length < count; found.push(last)) last = nextTime(schedule, last);
  return found.map((moment) => new Date(moment).toISOString().replace(':00.000Z', 'Z'));
}

/** A pipeline that is done with each tick. */
function hourly(tick: () => Promise<void>): ScheduledPipeline {
  return {
    name: 'p',
    pipeline: 'p',
    schedule: HOURLY,
    tick: async () => {
      await tick();
      return 'done';
    },
  };
}

function nightly(timeZone: string): Schedule {
  return { kind: 'cron', cron: '30 2 * * *', timeZone };
}

describe('the times of a schedule', () => {
  it('follow the cron expression in its time zone', () => {
    expect(moments(HOURLY, '2026-03-10T11:30:00Z', 2)).to.deep.equal(['2026-03-10T12:30Z', '2026-03-10T13:30Z']);
    expect(moments(nightly('Asia/Tokyo'), '2026-03-10T00:00:00Z', 1)).to.deep.equal(['2026-03-10T17:30Z']);
  });

  it('start strictly after the given time', () => {
    expect(moments(HOURLY, '2026-03-10T11:29:59.999Z', 1)).to.deep.equal(['2026-03-10T11:30Z']);
  });

  it('are aligned for an interval, whenever the process was started', () => {
    const quarterly: Schedule = { kind: 'interval', everyMs: 15 * 60_000 };
    expect(moments(quarterly, '2026-03-10T11:31:12Z', 3)).to.deep.equal([
      '2026-03-10T11:45Z',
      '2026-03-10T12:00Z',
      '2026-03-10T12:15Z',
    ]);
  });

  it('occur once on the day the clocks go forward, right after the gap', () => {
    expect(moments(nightly('Europe/Berlin'), '2026-03-28T12:00:00Z', 3)).to.deep.equal([
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
      '2026-03-31T00:30Z',
    ]);
    expect(moments(nightly('America/New_York'), '2026-03-07T12:00:00Z', 2)).to.deep.equal([
      '2026-03-08T07:00Z',
      '2026-03-09T06:30Z',
    ]);
  });

  it('occur once on the day the clocks go back, at the first of the two times', () => {
    expect(moments(nightly('Europe/Berlin'), '2026-10-24T12:00:00Z', 3)).to.deep.equal([
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
      '2026-10-27T01:30Z',
    ]);
  });

  it('occur once for each listed hour on these days', () => {
    const twice: Schedule = { kind: 'cron', cron: '30 2,14 * * *', timeZone: 'Europe/Berlin' };
    expect(moments(twice, '2026-10-24T20:00:00Z', 3)).to.deep.equal([
      '2026-10-25T00:30Z',
      '2026-10-25T13:30Z',
      '2026-10-26T01:30Z',
    ]);
  });

  it('are an hour apart in both nights when the hour is `*`', () => {
    for (const evening of ['2026-03-28T20:30:00Z', '2026-10-24T20:30:00Z']) {
      const night = moments({ kind: 'cron', cron: '30 * * * *', timeZone: 'Europe/Berlin' }, evening, 12);
      expect(night).to.deep.equal(
        night.map((_, index) => new Date(at(evening) + (index + 1) * HOUR).toISOString().replace(':00.000Z', 'Z')),
      );
    }
  });
});

describe('the scheduler', () => {
  /** Runs until so many ticks began, and tells when. */
  async function ticks(
    count: number,
    options: { readonly startAt: string; readonly servedUntil?: number; readonly takesMs?: (tick: number) => number },
  ): Promise<readonly string[]> {
    const runtime = manualRuntime({ startAt: at(options.startAt) });
    const stop = new AbortController();
    const begun: string[] = [];
    const { servedUntil } = options;
    await new InProcessScheduler(runtime).run(
      hourly(async () => {
        begun.push(new Date(runtime.now()).toISOString().slice(11, 16));
        if (begun.length === count) stop.abort();
        await runtime.sleep(options.takesMs?.(begun.length) ?? 0);
      }),
      { signal: stop.signal, ...(servedUntil === undefined ? {} : { servedUntil: async () => servedUntil }) },
    );
    return begun;
  }

  it('ticks at every scheduled time', async () => {
    expect(await ticks(3, { startAt: '2026-03-10T11:40:00Z' })).to.deep.equal(['12:30', '13:30', '14:30']);
  });

  it('ticks once at once for times missed during a tick, and is on time again', async () => {
    const takesMs = (tick: number) => (tick === 1 ? 3.25 * HOUR : 60_000);
    expect(await ticks(4, { startAt: '2026-03-10T11:40:00Z', takesMs })).to.deep.equal([
      '12:30',
      '15:45',
      '16:30',
      '17:30',
    ]);
  });

  it('ticks once at once for times missed while it was down', async () => {
    const servedUntil = at('2026-03-09T05:30:00Z');
    expect(await ticks(3, { startAt: '2026-03-10T11:40:00Z', servedUntil })).to.deep.equal(['11:40', '12:30', '13:30']);
  });

  it('waits for the next time when nothing was missed', async () => {
    const servedUntil = at('2026-03-10T11:30:02Z');
    expect(await ticks(1, { startAt: '2026-03-10T11:40:00Z', servedUntil })).to.deep.equal(['12:30']);
  });

  it('ticks at once when nothing was ever served', async () => {
    expect(await ticks(2, { startAt: '2026-03-10T11:40:00Z', servedUntil: -Infinity })).to.deep.equal([
      '11:40',
      '12:30',
    ]);
  });

  describe('when the clock is set', () => {
    /** Begins at 11:40, and sets the clock by so much five seconds after the first tick. */
    async function ticksWithClockSet(byMs: number, count: number): Promise<readonly string[]> {
      const steady = manualRuntime({ startAt: at('2026-03-10T11:40:00Z') });
      let offsetMs = 0;
      const runtime: Pick<Runtime, 'now' | 'sleep'> = {
        now: () => steady.now() + offsetMs,
        sleep: async (ms, signal) => {
          await steady.sleep(ms, signal);
        },
      };
      const stop = new AbortController();
      const begun: string[] = [];
      const tick = async () => {
        begun.push(new Date(runtime.now()).toISOString().slice(11, 16));
        if (begun.length === count) stop.abort();
        await runtime.sleep(5000);
        if (begun.length === 1) offsetMs = byMs;
      };
      await new InProcessScheduler(runtime).run(hourly(tick), { signal: stop.signal });
      return begun;
    }

    it('forward, ticks once for the skipped times', async () => {
      expect(await ticksWithClockSet(5 * HOUR, 3)).to.deep.equal(['12:30', '17:30', '18:30']);
    });

    it('back, does not wait for the old time to return', async () => {
      expect(await ticksWithClockSet(-5 * HOUR, 3)).to.deep.equal(['12:30', '08:30', '09:30']);
    });

    it('back by seconds, does not tick twice', async () => {
      expect(await ticksWithClockSet(-8000, 3)).to.deep.equal(['12:30', '13:30', '14:30']);
    });
  });
});

describeScheduler({
  name: 'InProcessScheduler',
  create: async () => {
    const runtime = manualRuntime({ sleepEndsBy: 'advance' });
    return {
      process: () => new InProcessScheduler(runtime),
      advance: async (ms) => runtime.advance(ms),
      settle: async () => {
        for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
      },
      dispose: async () => {},
    };
  },
});
