import { PosthogSimulator, type PosthogSimulatorOptions } from '@sluice/posthog-simulator';
import { aUuid, manualRuntime } from '@sluice/testkit';
import { expect } from 'chai';
import { aPosthogPipeline, exitCode, NOW, type PosthogBenchOptions } from './a-posthog-pipeline.js';

const LARGE = { traces: 20, largeTrace: 13, event: '$ai_trace' } as const;

/** Runs a pipeline with one large event among twenty. */
async function run(simulated: PosthogSimulatorOptions, options: Omit<PosthogBenchOptions, 'host'>) {
  // A clock that jumps would spin for as long as a large request is on its way.
  const runtime = manualRuntime({ startAt: NOW, sleepEndsBy: 'advance' });
  const simulator = await PosthogSimulator.start({ now: () => runtime.now(), ...simulated });
  try {
    const bench = aPosthogPipeline({ host: simulator.url, runtime, ...options });
    const result = await bench.run();
    const reasons = (await bench.deadLetters()).map(({ reason }) => reason);
    const requests = simulator.eventRequests.map(({ path, status }) => `${path} ${status ?? 'no answer'}`).toSorted();
    return { exitCode: exitCode(result), reasons, requests, stored: simulator.distinct() };
  } finally {
    await simulator.stop();
  }
}

describe('a run with a large AI event', () => {
  it('delivers it whole, by the route for such events', async () => {
    const { stored, ...rest } = await run({ v1: true, ai: true }, { ...LARGE, largeBytes: 6_000_000 });
    expect(rest).to.deep.equal({
      exitCode: 0,
      reasons: [],
      requests: ['/i/v1/ai/events 200', '/i/v1/analytics/events 200', '/i/v1/analytics/events 200'],
    });
    expect(stored).to.have.lengthOf(20);
    const large = stored.find(({ uuid }) => uuid === aUuid(13))?.properties['langfuse_release'];
    expect(large).to.have.lengthOf(6_000_000);
  });

  it('cuts or rejects it on a host without that route, as any other event', async () => {
    const large = { ...LARGE, largeBytes: 1_000_000 };
    const cut = await run({}, { ...large, sink: { shorten: ['langfuse_release'] } });
    expect(cut).to.include({ exitCode: 0 });
    expect(cut.stored.find(({ uuid }) => uuid === aUuid(13))?.properties['$sluice_cut']).to.deep.equal([
      'langfuse_release',
    ]);
    expect(await run({}, large)).to.deep.include({ exitCode: 3, reasons: ['event-too-large'] });
  });

  it('makes a dead letter of it where PostHog takes less than it says', async () => {
    const { stored, ...rest } = await run(
      { ai: true, limits: { maxEventBytes: 1_000_000 } },
      { ...LARGE, largeBytes: 2_000_000 },
    );
    expect(rest)
      .to.include({ exitCode: 3 })
      .and.to.deep.include({ reasons: ['too-large'] });
    expect(stored).to.have.lengthOf(19);
  });
});
