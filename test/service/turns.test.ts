import type { Turn } from '@sluice/core/scheduler';
import { Turns } from '@sluice/core/service';
import { recordingSink } from '@sluice/testkit';
import { expect } from 'chai';
import { aServedPipeline, DAY, HOUR, MINUTE, runtimeAt, ticks, type ServedBench } from './a-served-pipeline.js';

const START = '2026-03-02T00:00:00Z';
const never = new AbortController().signal;

describe('turns', () => {
  function turnsOf(atOnce: number) {
    const runtime = runtimeAt(START);
    return { runtime, turns: new Turns({ atOnce, turnMs: 10 * MINUTE }, runtime) };
  }

  it('are given in the order in which they were asked for', async () => {
    const { turns } = turnsOf(1);
    const order: string[] = [];
    const first = await turns.take('a', never);
    const others = ['b', 'c', 'd'].map(async (name) => {
      const turn = await turns.take(name, never);
      order.push(name);
      turn?.end();
    });
    first?.end();
    first?.end();
    await Promise.all(others);
    expect(order).to.deep.equal(['b', 'c', 'd']);
  });

  it('are over after their time if somebody waits, and only then', async () => {
    const { turns, runtime } = turnsOf(1);
    const alone = (await turns.take('a', never)) as Turn;
    await runtime.sleep(HOUR);
    expect(alone.over.aborted).to.equal(false);
    const waiting = turns.take('b', never);
    await runtime.sleep(1);
    expect(alone.over.aborted).to.equal(true);
    alone.end();
    const second = (await waiting) as Turn;
    const third = turns.take('c', never);
    await runtime.sleep(9 * MINUTE);
    expect(second.over.aborted).to.equal(false);
    await runtime.sleep(MINUTE);
    expect(second.over.aborted).to.equal(true);
    second.end();
    (await third)?.end();
  });

  it('are shared by the branches of a pipeline, until the time is over', async () => {
    const { turns, runtime } = turnsOf(1);
    const [one, two] = [await turns.take('a', never), await turns.take('a', never)];
    const waiting = turns.take('b', never);
    one?.end();
    await runtime.sleep(10 * MINUTE);
    const again = turns.take('a', never);
    two?.end();
    (await waiting)?.end();
    (await again)?.end();
  });

  it('are given up by whoever stops waiting', async () => {
    const { turns } = turnsOf(1);
    const first = await turns.take('a', never);
    const stop = new AbortController();
    const waiting = turns.take('b', stop.signal);
    stop.abort();
    expect(await waiting).to.equal(undefined);
    expect(await turns.take('c', stop.signal)).to.equal(undefined);
    first?.end();
    expect(await turns.take('d', never)).not.to.equal(undefined);
  });
});

describe('a day of many pipelines that take turns', () => {
  const begin = Date.parse(START);

  it('exports every record once, runs no more at once than allowed, and keeps the lag of all bounded', async function () {
    this.timeout(60_000);
    const runtime = runtimeAt(START);
    const turns = new Turns({ atOnce: 3, turnMs: 10 * MINUTE }, runtime);
    let [running, most] = [0, 0];
    const benches = Array.from({ length: 12 }, (_, index): ServedBench => {
      // The first three have a history that takes hours.
      const days = index < 3 ? 20 : 1;
      const sink = recordingSink({
        answer: async () => {
          await runtime.sleep(MINUTE);
          return undefined;
        },
      });
      const records = ticks(begin - days * DAY, begin + DAY, 20 * MINUTE);
      return aServedPipeline({ runtime, records, sink, name: `p${index}`, turns, maxEvents: 10 });
    });
    await Promise.all(benches.map((bench) => bench.serve(begin + 6 * HOUR)));
    const changes = benches
      .flatMap(({ runs }) => runs.flatMap(({ begun, ended = Infinity }) => [[begun, 1] as const, [ended, -1] as const]))
      .toSorted(([a, first], [b, second]) => a - b || first - second);
    for (const [, change] of changes) {
      running += change;
      most = Math.max(most, running);
    }
    expect(most).to.equal(3);
    for (const [index, { sink, runs }] of benches.entries()) {
      const ids = sink.accepted.map(({ id }) => id);
      expect(new Set(ids).size, `p${index}`).to.equal(ids.length);
      if (index < 3) continue;
      // Each hour, in spite of the three that are busy for hours.
      const hours = new Set(runs.map(({ begun }) => Math.floor((begun - begin) / HOUR)));
      expect(hours.size, `p${index}`).to.be.at.least(5);
    }
  });
});
