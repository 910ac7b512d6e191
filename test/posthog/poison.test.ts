import { aUuid } from '@sluice/testkit';
import { PosthogSimulator, type PosthogSimulatorOptions } from '@sluice/posthog-simulator';
import { expect } from 'chai';
import { aPosthogPipeline, exitCode, NOW, type PosthogBench } from './a-posthog-pipeline.js';

describe('invalid events among 1,000', () => {
  let simulator: PosthogSimulator;
  let bench: PosthogBench;

  afterEach(() => simulator.stop());

  async function start(poison: readonly number[] | 'all', options: PosthogSimulatorOptions = {}): Promise<void> {
    const poisoned = poison === 'all' ? undefined : new Set(poison.map(aUuid));
    const isPoison: PosthogSimulatorOptions['isPoison'] = ({ uuid }) => poisoned?.has(uuid) ?? true;
    simulator = await PosthogSimulator.start({ now: () => NOW, isPoison, ...options });
    bench = aPosthogPipeline({ host: simulator.url, traces: 1_000 });
  }

  function receivedUuids(): readonly string[] {
    return simulator.received().map(({ uuid }) => uuid);
  }

  for (const poison of [[0], [637], [999]]) {
    it(`delivers 999 and keeps number ${poison.join()} with PostHog's answer, on v0`, async () => {
      await start(poison);
      const result = await bench.run();
      expect(exitCode(result)).to.equal(3);
      expect(new Set(receivedUuids()).size).to.equal(999);
      expect(receivedUuids()).to.have.lengthOf(999);
      const [letter, ...others] = await bench.deadLetters();
      expect(others).to.deep.equal([]);
      expect(letter?.event?.uuid).to.equal(aUuid(poison[0] ?? 0));
      expect(letter?.reason).to.equal('invalid-event');
      expect(letter?.detail).to.include('invalid event could not be processed');
      // Twice the depth of halving 1,000, and the first try.
      expect(simulator.eventRequests.length).to.be.at.most(21);
    });
  }

  it('delivers 990 and keeps the ten that are spread among them, on v0', async () => {
    const poison = [3, 101, 250, 255, 399, 512, 640, 777, 801, 998];
    await start(poison);
    const result = await bench.run();
    expect(exitCode(result)).to.equal(3);
    expect(new Set(receivedUuids()).size).to.equal(990);
    const letters = await bench.deadLetters();
    expect(letters.map(({ event }) => event?.uuid)).to.have.members(poison.map(aUuid));
    expect(result.report.streams['trace']).to.include({ read: 1000, accepted: 990, deadLetteredEvents: 10 });
  });

  it('keeps the same ten on v1, in one request', async () => {
    const poison = [3, 101, 250, 255, 399, 512, 640, 777, 801, 998];
    await start(poison, { v1: true });
    expect(exitCode(await bench.run())).to.equal(3);
    expect(simulator.eventRequests).to.have.lengthOf(1);
    expect((await bench.deadLetters()).map(({ event }) => event?.uuid)).to.have.members(poison.map(aUuid));
  });

  for (const v1 of [false, true]) {
    it(`pauses without a dead letter when all of them are invalid, on ${v1 ? 'v1' : 'v0'}`, async () => {
      await start('all', { v1 });
      const result = await bench.run();
      expect(result.outcome).to.equal('paused');
      expect(exitCode(result)).to.equal(1);
      expect(await bench.deadLetters()).to.deep.equal([]);
      const { windows, pause } = await bench.state();
      expect(windows.filter(({ status }) => status === 'open').map(({ cursor }) => cursor)).to.deep.equal([undefined]);
      expect(pause?.message).to.be.a('string');
      expect(simulator.eventRequests.length).to.be.at.most(60);
    });
  }

  it('delivers everything once the mistake is corrected', async () => {
    const poisoned = { all: true };
    await start([], { isPoison: () => poisoned.all });
    await bench.run();
    poisoned.all = false;
    const result = await bench.run();
    expect(exitCode(result)).to.equal(0);
    expect(new Set(receivedUuids()).size).to.equal(1000);
    expect((await bench.state()).pause).to.equal(undefined);
  });
});
