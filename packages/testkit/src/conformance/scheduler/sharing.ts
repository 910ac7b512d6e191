import { expect } from 'chai';
import { it } from 'mocha';
import { eventually, HOUR_MS, oneTurn, type SchedulerBench } from './scheduler-bench.js';

/** What holds among the processes that share pipelines. */
export function describeSharing(bench: () => SchedulerBench): void {
  it('ticks each scheduled time in one of them', async () => {
    const { subject, start } = bench();
    const processes = [start(), start(), start()];
    const count = () => processes.reduce((sum, { ticks }) => sum + ticks.length, 0);
    for (const each of processes) void each.serve();
    for (let hour = 1; hour <= 3; hour += 1) {
      await eventually(() => (count() === hour ? true : undefined));
      await subject.settle();
      expect(count()).to.equal(hour);
      for (const { ticks } of processes) for (const tick of ticks) tick.end('done');
      await subject.settle();
      await subject.advance(HOUR_MS);
    }
  });

  it('leaves what is due to a process that has a turn for it', async () => {
    const { start } = bench();
    const [busy, idle] = [start(), start()];
    const turns = oneTurn();
    void busy.serve({ name: 'a', turns });
    const long = await busy.nextTick();
    void busy.serve({ name: 'b', turns });
    void idle.serve({ name: 'b', turns: oneTurn() });
    (await idle.nextTick()).end('done');
    expect(long.turnOver?.aborted).to.equal(false);
  });

  it('goes on in another one with what one leaves when it stops, at once', async () => {
    const { start } = bench();
    const [first, second] = [start(), start()];
    void first.serve();
    await first.nextTick();
    void second.serve();
    await first.stop();
    (await second.nextTick()).end('done');
  });

  it('takes over what a dead process ran, and not before it is dead', async () => {
    const { subject, start } = bench();
    const [first, second] = [start(), start()];
    void first.serve();
    const lost = await first.nextTick();
    void second.serve();
    for (let sign = 0; sign < 3; sign += 1) {
      await subject.settle();
      expect(second.ticks).to.deep.equal([]);
      await subject.advance(5000);
    }
    await subject.settle();
    subject.kill?.(first.scheduler);
    await subject.settle();
    await subject.advance(15_000);
    const taken = await second.nextTick();
    // Whoever was only frozen ends what it ran: that says nothing of the tick that has taken over.
    lost.end('done');
    await subject.settle();
    taken.end('interrupted');
    (await second.nextTick()).end('done');
    await subject.settle();
    expect(second.ticks).to.have.length(2);
  });

  it('tries a pipeline whose state is held again within seconds', async () => {
    const { subject, start } = bench();
    const process = start();
    void process.serve();
    (await process.nextTick()).end('held');
    await subject.settle();
    expect(process.ticks).to.have.length(1);
    await subject.advance(10_000);
    (await process.nextTick()).end('done');
  });

  it('follows the schedule of the process that was started last', async () => {
    const { subject, start } = bench();
    const first = start();
    void first.serve();
    (await first.nextTick()).end('done');
    await subject.settle();
    const second = start();
    // What it knows of the state is older than the tick.
    void second.serve({ schedule: { kind: 'interval', everyMs: 7 * 60_000 } });
    await subject.settle();
    expect([...first.ticks, ...second.ticks]).to.have.length(1);
    await subject.advance(7 * 60_000);
    const tick = await eventually(() => first.ticks[1] ?? second.ticks[0]);
    tick.end('done');
  });

  it('tells the others that it runs elsewhere', async () => {
    const { subject, start } = bench();
    const [first, second] = [start(), start()];
    void first.serve();
    const tick = await first.nextTick();
    void second.serve();
    await eventually(() => (second.news.at(-1) === 'elsewhere' ? true : undefined));
    tick.end('done');
    await subject.settle();
    expect(second.news.at(-1)).to.equal('idle');
  });

  it('tells a process that was frozen, and ends what it ran, that the pipeline ran elsewhere', async () => {
    const { subject, start } = bench();
    const [first, second] = [start(), start()];
    void first.serve();
    const lost = await first.nextTick();
    void second.serve();
    subject.kill?.(first.scheduler);
    await subject.settle();
    await subject.advance(15_000);
    (await second.nextTick()).end('done');
    await subject.settle();
    first.news.length = 0;
    lost.end('done');
    await eventually(() => (first.news[0] === 'elsewhere' ? true : undefined));
  });
}
