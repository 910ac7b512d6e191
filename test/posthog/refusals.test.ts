import { posthogSink } from '@sluice/posthog-sink';
import { PosthogSimulator, type PosthogSimulatorOptions } from '@sluice/posthog-simulator';
import { expect } from 'chai';
import { aPosthogPipeline, exitCode, KEY, NOW, type PosthogBench } from './a-posthog-pipeline.js';
import { startCloudTunnel, type CloudTunnel } from './cloud-tunnel.js';

describe('a PostHog that refuses events', () => {
  const simulators: PosthogSimulator[] = [];
  let tunnel: CloudTunnel | undefined;

  afterEach(async () => {
    for (const simulator of simulators.splice(0)) await simulator.stop();
    tunnel?.stop();
    tunnel = undefined;
  });

  async function aSimulator(options: PosthogSimulatorOptions = {}): Promise<PosthogSimulator> {
    const simulator = await PosthogSimulator.start({ now: () => NOW, ...options });
    simulators.push(simulator);
    return simulator;
  }

  /** PostHog's cloud: two regions that know different keys, and answer 200 to every other one. */
  async function cloud(usKeys: readonly string[], euKeys: readonly string[]) {
    const [us, eu] = [await aSimulator({ keys: usKeys }), await aSimulator({ keys: euKeys })];
    tunnel = await startCloudTunnel({ 'us.i.posthog.com': us, 'eu.i.posthog.com': eu });
    const bench = aPosthogPipeline({
      host: 'http://us.i.posthog.com',
      traces: 10,
      sink: { allowInsecure: true },
      environment: tunnel.environment,
    });
    return { us, eu, bench };
  }

  async function expectPaused(bench: PosthogBench, cause: string): Promise<void> {
    const result = await bench.run();
    expect(result.outcome).to.equal('paused');
    expect(exitCode(result)).to.equal(1);
    const { pause, windows } = await bench.state();
    expect(pause?.cause).to.equal(cause);
    expect(windows.every(({ cursor }) => cursor === undefined)).to.equal(true);
    expect(await bench.deadLetters()).to.deep.equal([]);
  }

  async function keyCheck(bench: PosthogBench) {
    return (await bench.check()).find(({ name }) => name === 'project key');
  }

  it('pauses for an unknown key before it sends anything', async () => {
    const { us, bench } = await cloud(['phc_other'], ['phc_another']);
    await expectPaused(bench, 'credentials');
    expect(us.eventRequests).to.deep.equal([]);
    const key = await keyCheck(bench);
    expect(key).to.include({ outcome: 'bad' });
    expect(key?.fix).to.include('Settings, Project');
  });

  it('pauses for a key of the other region, and check names it', async () => {
    const { us, bench } = await cloud(['phc_other'], [KEY]);
    await expectPaused(bench, 'credentials');
    expect(us.dropped()).to.deep.equal([]);
    const key = await keyCheck(bench);
    expect(key?.fix).to.include('set host to http://eu.i.posthog.com');
  });

  it('continues with the right region', async () => {
    const { eu, bench } = await cloud([KEY], []);
    expect(exitCode(await bench.run())).to.equal(0);
    expect((await keyCheck(bench))?.outcome).to.equal('good');
    expect(eu.requests).to.deep.equal([]);
  });

  it('does not start with a personal key', () => {
    const { error } = posthogSink.config.safeParse({ apiKey: 'phx_verysecretkey' });
    expect(error?.issues.map(({ message }) => message).join())
      .to.include('personal API key')
      .and.include('phc_');
    expect(String(error)).to.not.include('phx_verysecretkey');
  });

  for (const v1 of [false, true]) {
    it(`pauses when ${v1 ? 'v1' : 'v0'} refuses the key of a self-hosted PostHog`, async () => {
      const { url } = await aSimulator({ v1, keys: ['phc_other'], unknownKeys: 'refused' });
      await expectPaused(aPosthogPipeline({ host: url, traces: 10 }), 'credentials');
    });
  }

  it('pauses when v1 reports an exhausted quota, and continues when there is quota again', async () => {
    const simulator = await aSimulator({ v1: true });
    simulator.quotaExceeded = true;
    const bench = aPosthogPipeline({ host: simulator.url, traces: 10 });
    await expectPaused(bench, 'quota');
    expect((await bench.state()).pause?.message).to.include('raise the billing limit');
    simulator.quotaExceeded = false;
    expect(exitCode(await bench.run())).to.equal(0);
    expect(simulator.distinct()).to.have.lengthOf(10);
  });

  it('keeps exactly what was accepted before the quota ran out', async () => {
    const simulator = await aSimulator({
      v1: true,
      faultFor: (number) => {
        simulator.quotaExceeded = number === 3;
        return undefined;
      },
    });
    const bench = aPosthogPipeline({ host: simulator.url, traces: 30, delivery: { maxEvents: 10, maxInFlight: 1 } });
    const result = await bench.run();
    expect(result.outcome).to.equal('paused');
    expect(result.report.streams['trace']).to.include({ accepted: 20, deadLetteredEvents: 0 });
    simulator.quotaExceeded = false;
    const again = await bench.run();
    expect(again.report.streams['trace']).to.include({ read: 10, accepted: 10 });
    expect(simulator.received()).to.have.lengthOf(30);
  });

  it('pauses when v1 reports a restriction of the project', async () => {
    const simulator = await aSimulator({ v1: true, isRestricted: ({ distinctId }) => distinctId === 'user-3' });
    const bench = aPosthogPipeline({ host: simulator.url, traces: 10 });
    const result = await bench.run();
    expect(result.outcome).to.equal('paused');
    expect((await bench.state()).pause?.cause).to.equal('restricted');
    expect(await bench.deadLetters()).to.deep.equal([]);
  });
});
