import { RefusedError, TransientError, UnexpectedAnswerError } from '@sluice/core/adapter';
import type { Sink } from '@sluice/core/sink';
import { posthogSink } from '@sluice/posthog-sink';
import { anAdapterContext, anEvent, describeSink, recordingLogger, someEvents } from '@sluice/testkit';
import { PosthogSimulator, type PosthogSimulatorOptions, type SimulatorFault } from '@sluice/posthog-simulator';
import { expect } from 'chai';

const KEY = 'phc_testkey1234567890';
const NOW = Date.UTC(2026, 0, 15, 12);

function sinkFor(simulator: PosthogSimulator, options: object = {}, logger = recordingLogger()): Sink {
  const config = posthogSink.config.parse({ host: simulator.url, apiKey: KEY, ...options });
  return posthogSink.create(config, anAdapterContext({ logger }));
}

for (const [name, options, simulated] of [
  ['posthog sink (v0, gzip)', { protocol: 'v0' }, {}],
  ['posthog sink (v0, plain)', { protocol: 'v0', gzip: false }, {}],
  ['posthog sink (auto, v1 offered)', {}, { v1: true }],
  ['posthog sink (auto, v1 not offered)', {}, {}],
] as const) {
  describeSink({
    name,
    create: async () => {
      let fault: (() => SimulatorFault) | undefined;
      let refused: string | undefined;
      const simulator = await PosthogSimulator.start({
        ...simulated,
        now: () => NOW,
        faultFor: () => fault?.(),
        isPoison: ({ uuid }) => uuid === refused,
      });
      return {
        sink: sinkFor(simulator, options),
        events: someEvents,
        receivedUuids: async () => simulator.received().map(({ uuid }) => uuid),
        secrets: [KEY],
        destination: {
          hang: (reached) => {
            fault = () => {
              reached();
              return { kind: 'hang' };
            };
          },
          fail: () => {
            fault = () => ({ kind: 'status', status: 401, body: `unknown key ${KEY}` });
          },
          recover: () => {
            fault = undefined;
          },
          // v0 answers for a request as a whole.
          ...('v1' in simulated && {
            refuse: (uuid: string) => {
              refused = uuid;
            },
            // The second of the events, and the fourth.
            forget: () => {
              fault = () => ({ kind: 'partial', every: 2, word: 'none' });
            },
          }),
        },
        dispose: () => simulator.stop(),
      };
    },
  });
}

describe('posthog sink', () => {
  let simulator: PosthogSimulator;
  let sink: Sink;

  afterEach(async () => {
    await sink.close();
    await simulator.stop();
  });

  async function start(options: PosthogSimulatorOptions = {}, config: object = {}): Promise<void> {
    simulator = await PosthogSimulator.start({ now: () => NOW, ...options });
    sink = sinkFor(simulator, config);
  }

  async function sendAll(count: number) {
    const events = someEvents(count).map((event) => {
      const encoding = sink.encode(event);
      if (encoding.kind === 'rejected') throw new Error(encoding.detail);
      return encoding.event;
    });
    const [request] = sink.assemble(events, { now: NOW, backfill: false, pipeline: 'test', stream: 'note' }).requests;
    if (request === undefined) throw new Error('nothing to send');
    return sink.send(request, { attempt: 1 });
  }

  it('speaks v1 to a host with v1 error tags, and gets a result for each event', async () => {
    await start({ v1: true });
    await sink.open();
    const { outcomes } = await sendAll(2);
    expect(outcomes).to.deep.equal([
      { kind: 'accepted', assurance: 'event' },
      { kind: 'accepted', assurance: 'event' },
    ]);
    expect(simulator.eventRequests[0]?.path).to.equal('/i/v1/analytics/events');
  });

  it('speaks v0 to a host that does not offer v1', async () => {
    await start();
    await sink.open();
    await sendAll(1);
    expect(simulator.eventRequests.map(({ path }) => path)).to.deep.equal(['/batch']);
  });

  it('stores the same event on both protocols', async () => {
    await start({ v1: true });
    const v0 = sinkFor(simulator, { protocol: 'v0' });
    await v0.open();
    await sink.open();
    await sendAll(1);
    const second = sink;
    sink = v0;
    await sendAll(1);
    await second.close();
    expect(simulator.received()).to.have.lengthOf(2);
    expect(simulator.distinct()).to.have.lengthOf(1);
  });

  it('refuses to speak v1 to a host that does not offer it', async () => {
    await start({}, { protocol: 'v1' });
    expect(await sink.open().catch(asIs)).to.be.instanceOf(UnexpectedAnswerError);
  });

  it('refuses to open with a key that the host does not know', async () => {
    const logger = recordingLogger();
    await start({ keys: ['phc_another'] });
    await sink.close();
    sink = sinkFor(simulator, {}, logger);
    expect(await sink.open().catch(asIs)).to.be.instanceOf(RefusedError);
    expect(logger.text()).to.not.include(KEY);
  });

  it('reports a refused key in check', async () => {
    await start({ keys: ['phc_another'] });
    const key = (await sink.check()).find(({ name }) => name === 'project key');
    expect(key?.outcome).to.equal('bad');
  });

  it('pauses the pipeline on a quota that v1 reports', async () => {
    await start({ v1: true });
    simulator.quotaExceeded = true;
    await sink.open();
    expect((await sendAll(1)).outcomes[0]).to.deep.include({ kind: 'refused', refusal: 'quota' });
  });

  it('reports a request without an answer as a transient error', async () => {
    await start({}, { protocol: 'v0', requestTimeout: '100ms' });
    simulator.failNext({ kind: 'hang' });
    expect(await sendAll(1).catch(asIs)).to.be.instanceOf(TransientError);
    simulator.failNext({ kind: 'reset', when: 'after' });
    expect(await sendAll(1).catch(asIs)).to.be.instanceOf(TransientError);
    expect(simulator.received()).to.have.lengthOf(1);
  });

  it('passes on the wait that the destination requests', async () => {
    await start({}, { protocol: 'v0' });
    simulator.failNext({ kind: 'status', status: 429, retryAfter: '7' });
    expect(await sendAll(1).catch(asIs)).to.include({ retryAfterMs: 7_000 });
  });

  it('reports a 401 as refused, without the key', async () => {
    await start({}, { protocol: 'v0' });
    simulator.failNext({ kind: 'status', status: 401, body: `API key ${KEY} is not valid` });
    const error = await sendAll(1).catch(asIs);
    expect(error).to.be.instanceOf(RefusedError);
    expect(String(error)).to.not.include(KEY);
    expect(String(error)).to.include('phc_***');
  });

  it('masks the key in a described request', async () => {
    await start({}, { protocol: 'v0' });
    const encoding = sink.encode(anEvent());
    if (encoding.kind === 'rejected') throw new Error(encoding.detail);
    const [request] = sink.assemble([encoding.event], {
      now: NOW,
      backfill: false,
      pipeline: 'test',
      stream: 'note',
    }).requests;
    if (request === undefined) throw new Error('nothing to describe');
    const description = sink.describe(request);
    expect(description.target).to.equal(`POST ${simulator.url}/batch/`);
    expect(description.body).to.deep.include({ api_key: 'phc_***' });
    expect(JSON.stringify(description)).to.not.include(KEY);
  });

  it('sends the same bytes in every attempt', async () => {
    await start({}, { protocol: 'v0' });
    const encoding = sink.encode(anEvent());
    if (encoding.kind === 'rejected') throw new Error(encoding.detail);
    const [request] = sink.assemble([encoding.event], {
      now: NOW,
      backfill: false,
      pipeline: 'test',
      stream: 'note',
    }).requests;
    if (request === undefined) throw new Error('nothing to send');
    await sink.send(request, { attempt: 1 });
    await sink.send(request, { attempt: 2 });
    const [first, second] = simulator.eventRequests;
    expect(first?.body).to.deep.equal(second?.body);
    expect(first?.headers['content-encoding']).to.equal('gzip');
  });
});

function asIs(error: unknown): unknown {
  return error;
}

describe('a posthog sink of another state', () => {
  it('says that the key is another one, when the host is the same', () => {
    const sinkOf = (host: string, apiKey: string) =>
      posthogSink.create(posthogSink.config.parse({ host, apiKey }), anAdapterContext());
    const was = sinkOf('https://eu.i.posthog.com', 'phc_one').identity();
    const other = sinkOf('https://eu.i.posthog.com', 'phc_two');
    expect(other.differenceFrom?.(was)).to.match(/^the project key .* has changed$/u);
    expect(sinkOf('https://us.i.posthog.com', 'phc_one').differenceFrom?.(was)).to.equal(undefined);
    expect(sinkOf('https://eu.i.posthog.com', 'phc_one').differenceFrom?.(was)).to.equal(undefined);
  });
});
