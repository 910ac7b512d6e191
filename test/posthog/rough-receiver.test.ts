import { aUuid, manualRuntime } from '@sluice/testkit';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { expect } from 'chai';
import { aPosthogPipeline, exitCode, NOW } from './a-posthog-pipeline.js';

const MINUTE = 60_000;
const TRACES = 2_000;
const PER_REQUEST = 100;

describe('a receiver that is down for a minute, loses answers and throttles', () => {
  for (const [v1, seed] of [
    [false, 1],
    [false, 2],
    [true, 1],
    [true, 2],
  ] as const) {
    it(`receives every event, and none twice after deduplication, on ${v1 ? 'v1' : 'v0'} with seed ${seed}`, async () => {
      const runtime = manualRuntime({ startAt: NOW, seed });
      let downSince: number | undefined;
      const simulator = await PosthogSimulator.start({
        v1,
        now: () => runtime.now(),
        faultFor: (number) => {
          downSince ??= runtime.monotonicMs();
          if (runtime.monotonicMs() - downSince < MINUTE) return { kind: 'status', status: 500 };
          if (number % 3 === 0) return { kind: 'reset', when: 'after' };
          if (number % 10 === 0) return { kind: 'status', status: 429, retryAfter: '2' };
          return undefined;
        },
      });
      try {
        const bench = aPosthogPipeline({
          host: simulator.url,
          traces: TRACES,
          runtime,
          delivery: { maxEvents: PER_REQUEST },
        });
        const result = await bench.run();

        expect(exitCode(result)).to.equal(0);
        const expected = Array.from({ length: TRACES }, (_, number) => aUuid(number));
        expect(simulator.distinct().map(({ uuid }) => uuid)).to.have.members(expected);
        expect(simulator.distinct()).to.have.lengthOf(TRACES);
        expect(simulator.received().length, 'answers were lost').to.be.greaterThan(TRACES);
        expect(await bench.deadLetters()).to.deep.equal([]);

        const statuses = simulator.eventRequests.map(({ status }) => status);
        expect(statuses).to.include(500).and.include(429);
        // Eight are in flight when it begins; then each round of the shared backoff halves them, down to one.
        const waits = Math.ceil(Math.log2(MINUTE / 500)) + ROUNDS_OF_BAD_LUCK;
        expect(statuses.filter((status) => status === 500).length).to.be.at.most(8 + 4 + 2 + waits);
        // Afterwards two of three requests at least are answered with 200 or were accepted, nine of ten not throttled.
        const answered = statuses.filter((status) => status !== 500).length;
        expect(answered).to.be.at.most(Math.ceil((TRACES / PER_REQUEST) * (1 / (1 - 1 / 3 - 1 / 10))) + 3);
      } finally {
        await simulator.stop();
      }
    });
  }

  it('delays every request by the requested Retry-After', async () => {
    const runtime = manualRuntime({ startAt: NOW });
    const times: number[] = [];
    const simulator = await PosthogSimulator.start({
      now: () => runtime.now(),
      faultFor: (number) => {
        times.push(runtime.monotonicMs());
        return number === 1 ? { kind: 'status', status: 429, retryAfter: '120' } : undefined;
      },
    });
    try {
      const options = { host: simulator.url, traces: 300, runtime, delivery: { maxEvents: 100, maxInFlight: 1 } };
      expect(exitCode(await aPosthogPipeline(options).run())).to.equal(0);
      const [first = 0, ...later] = times;
      expect(later).to.have.lengthOf(3);
      for (const time of later) expect(time - first).to.be.at.least(120_000);
    } finally {
      await simulator.stop();
    }
  });
});

/** Full jitter may draw short waits: so many more rounds than the ceiling alone would need. */
const ROUNDS_OF_BAD_LUCK = 6;
