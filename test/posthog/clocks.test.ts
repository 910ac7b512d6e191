import { PosthogSimulator } from '@sluice/posthog-simulator';
import { expect } from 'chai';
import { aPosthogPipeline, NOW } from './a-posthog-pipeline.js';

const DAY = 86_400_000;
const TRACES = 20;

describe('the clock of this machine', () => {
  let simulator: PosthogSimulator;
  let posthogAheadMs = 0;

  beforeEach(async () => {
    posthogAheadMs = 0;
    simulator = await PosthogSimulator.start({ now: () => NOW + posthogAheadMs });
  });

  afterEach(() => simulator.stop());

  function aRun(machineAheadMs: () => number) {
    const bench = aPosthogPipeline({
      host: simulator.url,
      traces: TRACES,
      machineAheadMs,
      delivery: { maxEvents: 5, maxInFlight: 1 },
    });
    return { bench, result: bench.run() };
  }

  const wholeExport = () => simulator.eventRequests.map(({ body }) => JSON.stringify(body));

  for (const [what, aheadMs] of [
    ['three days behind', () => -3 * DAY],
    ['three days ahead', () => 3 * DAY],
    ['ten years behind', () => -3650 * DAY],
    ['set back in the middle of a run', () => (simulator.received().length < 10 ? 0 : -3 * DAY)],
    ['set forward in the middle of a run', () => (simulator.received().length < 10 ? 0 : 3 * DAY)],
    ['set forth and back with every look', alternating()],
  ] as const) {
    it(`changes nothing that is sent when it is ${what}`, async () => {
      expect((await aRun(() => 0).result).outcome).to.equal('done');
      const expected = wholeExport();
      simulator.reset();
      const { bench, result } = aRun(aheadMs);
      expect(await result).to.include({ outcome: 'done' });
      expect(await bench.deadLetters()).to.deep.equal([]);
      expect(wholeExport()).to.deep.equal(expected);
    });
  }

  it('is named in the log when it is more than an hour wrong', async () => {
    const { bench, result } = aRun(() => -3 * DAY);
    await result;
    expect(bench.logger.text()).to.include('the clocks of the source and of this machine differ');
    expect(bench.logger.text()).to.include('the clocks of PostHog and of this machine differ');
    expect(bench.logger.text()).to.include(String((3 * DAY) / 1000));
  });

  it('does not hide that the clock of PostHog is late: nothing is sent, and nothing becomes a dead letter', async () => {
    posthogAheadMs = -3 * DAY;
    const { bench, result } = aRun(() => 0);
    expect(await result).to.include({ outcome: 'paused', cause: 'restricted' });
    expect((await result).failure?.message).to.include('the clock of PostHog is');
    expect(await bench.deadLetters()).to.deep.equal([]);
    expect(simulator.received()).to.deep.equal([]);
  });
});

function alternating(): () => number {
  let looks = 0;
  return () => ((looks += 1) % 2 === 0 ? 3 : -3) * DAY;
}
