import { expect } from 'chai';
import { it } from 'mocha';
import { eventually, HOUR_MS, oneTurn, type SchedulerBench } from './scheduler-bench.js';

/** How processes join a tick that has work for several. */
export function describeJoining(bench: () => SchedulerBench): void {
  it('lets one more process join a tick with each invitation', async () => {
    const { subject, start } = bench();
    const [first, ...others] = [start(), start(), start()];
    void first.serve({ joins: true });
    const tick = await first.nextTick();
    for (const each of others) void each.serve({ joins: true });
    const joined = () => others.flatMap((each) => each.joined);
    await subject.settle();
    expect(joined()).to.deep.equal([]);
    for (const invite of [() => tick.invite?.(), () => joined()[0]?.invite?.()]) {
      const before = joined().length;
      invite();
      // While nobody has accepted, a second one is the same.
      invite();
      await eventually(() => joined()[before]);
      await subject.settle();
      expect(joined()).to.have.length(before + 1);
    }
    expect(others.map((each) => each.joined.length)).to.deep.equal([1, 1]);
    // Those that help and the tick end in any order; the next time is ticked once.
    joined()[0]?.end('done');
    tick.end('done');
    joined()[1]?.end('done');
    await subject.settle();
    await subject.advance(HOUR_MS);
    await eventually(() => first.ticks[1] ?? others.flatMap(({ ticks }) => ticks)[0]);
    await subject.settle();
    expect([first, ...others].flatMap(({ ticks }) => ticks)).to.have.length(2);
    expect(joined()).to.have.length(2);
  });

  it('joins with no turn that something due needs, and gives it back', async () => {
    const { subject, start } = bench();
    const [first, second] = [start(), start()];
    void first.serve({ name: 'long', joins: true });
    const long = await first.nextTick();
    const turns = oneTurn();
    void second.serve({ name: 'long', joins: true, turns });
    void second.serve({ name: 'due', turns });
    const due = await second.nextTick();
    long.invite?.();
    await subject.settle();
    expect(second.joined).to.deep.equal([]);
    due.end('done');
    const help = await eventually(() => second.joined[0]);
    await subject.settle();
    await subject.advance(HOUR_MS);
    // Another process could have taken what is due by then.
    await subject.settle();
    await subject.advance(20_000);
    await eventually(() => (help.turnOver?.aborted === true ? true : undefined));
    help.end('interrupted');
    expect((await second.nextTick()).pipeline).to.equal('due');
  });

  it('forgets an invitation with the tick that has made it', async () => {
    const { subject, start } = bench();
    const first = start();
    void first.serve({ joins: true });
    const tick = await first.nextTick();
    tick.invite?.();
    await subject.settle();
    tick.end('interrupted');
    const again = await first.nextTick();
    const second = start();
    void second.serve({ joins: true });
    await subject.settle();
    expect(second.joined).to.deep.equal([]);
    again.end('done');
    await subject.settle();
    again.invite?.();
    await subject.settle();
    expect(second.joined).to.deep.equal([]);
  });

  it('invites nobody who cannot join', async () => {
    const { subject, start } = bench();
    const [first, second] = [start(), start()];
    void first.serve();
    const tick = await first.nextTick();
    void second.serve();
    tick.invite?.();
    await subject.settle();
    expect([second.ticks, second.joined]).to.deep.equal([[], []]);
  });

  it('tells that the pipeline runs elsewhere, also where the process has joined it', async () => {
    const { subject, start } = bench();
    const [first, second] = [start(), start()];
    void first.serve({ joins: true });
    const tick = await first.nextTick();
    void second.serve({ joins: true });
    tick.invite?.();
    const help = await eventually(() => second.joined[0]);
    second.news.length = 0;
    await subject.settle();
    expect(new Set(second.news)).to.deep.equal(new Set(['elsewhere']));
    help.end('done');
    tick.end('done');
  });

  it('goes on with a tick whose process has died, beside those who help it', async () => {
    const { subject, start } = bench();
    const [first, second, third] = [start(), start(), start()];
    void first.serve({ joins: true });
    const tick = await first.nextTick();
    void second.serve({ joins: true });
    tick.invite?.();
    const help = await eventually(() => second.joined[0]);
    void third.serve({ joins: true });
    subject.kill?.(first.scheduler);
    await subject.settle();
    await subject.advance(15_000);
    const taken = await third.nextTick();
    expect(second.ticks).to.deep.equal([]);
    help.end('done');
    taken.end('done');
    tick.end('done');
  });
}
