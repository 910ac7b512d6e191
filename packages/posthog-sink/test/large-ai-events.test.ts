import type { MappedEvent, Sink, SinkRequest } from '@sluice/core/sink';
import { posthogSink } from '@sluice/posthog-sink';
import { PosthogSimulator, type PosthogSimulatorOptions } from '@sluice/posthog-simulator';
import { anAdapterContext, anEvent, aUuid, recordingLogger } from '@sluice/testkit';
import { useNock } from '@sluice/testkit/nock';
import { expect } from 'chai';
import nock from 'nock';
import type { Protocol } from '#src/encode-event.js';
import { aiRequestProblems } from './api-schema.js';
import { POSTHOG_AI_API } from './posthog-api-schemas.js';

const KEY = 'phc_testkey1234567890';
const NOW = Date.UTC(2026, 0, 15, 12);
const SMALL = anEvent({ event: '$ai_generation', uuid: aUuid(1) });
const LARGE = aLargeEvent('$ai_generation', 1_000_000);

function aLargeEvent(event: string, bytes: number, uuid = aUuid(2)): MappedEvent {
  return anEvent({ event, uuid, properties: { $ai_trace_id: 't', $ai_input: 'x'.repeat(bytes) } });
}

function aSink(options: object, logger = recordingLogger(), events: readonly string[] = ['$ai_generation']): Sink {
  const context = { ...anAdapterContext({ logger }), events: events.map((event) => ({ event, fields: {} })) };
  return posthogSink.create(posthogSink.config.parse({ apiKey: KEY, shorten: ['$ai_input'], ...options }), context);
}

function requestsOf(sink: Sink, events: readonly MappedEvent[], backfill = false): readonly SinkRequest[] {
  const encoded = events.map((event) => {
    const encoding = sink.encode(event);
    if (encoding.kind === 'rejected') throw new Error(encoding.detail);
    return encoding.event;
  });
  return sink.assemble(encoded, { now: NOW, backfill, pipeline: 'test', stream: 'note' }).requests;
}

function pathsOf(sink: Sink, requests: readonly SinkRequest[]): readonly string[] {
  return requests.map((request) => new URL(sink.describe(request).target.slice('POST '.length)).pathname);
}

describe('large AI events', () => {
  const hosted = async (options: PosthogSimulatorOptions, use: (simulator: PosthogSimulator) => Promise<void>) => {
    const simulator = await PosthogSimulator.start({ now: () => NOW, ...options });
    try {
      await use(simulator);
    } finally {
      await simulator.stop();
    }
  };

  for (const protocol of ['v0', 'v1'] as const) {
    it(`travel by themselves on the route that PostHog has for them in ${protocol}`, () =>
      hosted({ v1: protocol === 'v1', ai: true }, async (simulator) => {
        const sink = aSink({ host: simulator.url });
        await sink.open();
        const others = [SMALL, aLargeEvent('$ai_span', 2_000_000, aUuid(3)), anEvent({ uuid: aUuid(4) })];
        const requests = requestsOf(sink, [LARGE, ...others]);
        for (const request of requests) await sink.send(request, { attempt: 1 });
        await sink.close();
        const [ordinary, large] = simulator.eventRequests;
        expect(`${large?.path}${protocol === 'v0' ? '/' : ''}`).to.equal(POSTHOG_AI_API[protocol].path);
        expect(aiRequestProblems(protocol, large?.body)).to.equal('');
        expect(requests.map(({ events }) => events.map(({ uuid }) => uuid))).to.deep.equal([
          [aUuid(1), aUuid(4)],
          [aUuid(2), aUuid(3)],
        ]);
        expect(simulator.distinct()).to.have.lengthOf(4);
        expect(ordinary?.path).to.equal(protocol === 'v0' ? '/batch' : '/i/v1/analytics/events');
      }));
  }

  it('leave the requests of other events as they are', () =>
    hosted({ ai: true }, async (simulator) => {
      const [withAi, without] = [aSink({ host: simulator.url }), aSink({ host: simulator.url }, undefined, [])];
      await withAi.open();
      await without.open();
      const bodies = [withAi, without].map((sink) => requestsOf(sink, [SMALL, anEvent()]).map((r) => sink.describe(r)));
      expect(bodies[0]).to.deep.equal(bodies[1]);
      await Promise.all([withAi.close(), without.close()]);
    }));

  it('are cut on a host without that route, and rejected if that is not enough', () =>
    hosted({}, async (simulator) => {
      const logger = recordingLogger();
      const sink = aSink({ host: simulator.url }, logger);
      await sink.open();
      expect(pathsOf(sink, requestsOf(sink, [LARGE]))).to.deep.equal(['/batch/']);
      expect(sink.encode(anEvent({ event: '$ai_span', properties: { other: 'x'.repeat(1_000_000) } }))).to.include({
        reason: 'event-too-large',
      });
      expect(logger.text()).to.include('no route for large AI events');
      await sink.close();
    }));

  it('are cut when they are too large for that route too', () => {
    const sink = aSink({ protocol: 'v1' });
    expect(pathsOf(sink, requestsOf(sink, [aLargeEvent('$ai_trace', 7_900_000)]))).to.deep.equal(['/i/v1/ai/events']);
    expect(pathsOf(sink, requestsOf(sink, [aLargeEvent('$ai_trace', 8_100_000)]))).to.deep.equal([
      '/i/v1/analytics/events',
    ]);
    const texts = { $ai_input: 'x'.repeat(8_000_000), $ai_tools: 'x'.repeat(1_000_000) };
    const cut = anEvent({ event: '$ai_generation', properties: texts });
    expect(pathsOf(sink, requestsOf(sink, [cut]))).to.deep.equal(['/i/v1/ai/events']);
    const tooLarge = sink.encode(anEvent({ event: '$ai_trace', properties: { other: 'x'.repeat(8_100_000) } }));
    expect(tooLarge).to.include({ kind: 'rejected', reason: 'event-too-large' });
    expect(JSON.stringify(tooLarge)).to.include('at most 8000000');
  });

  it('are never events of another name', () => {
    const sink = aSink({ protocol: 'v1' });
    expect(pathsOf(sink, requestsOf(sink, [aLargeEvent('$ai_unheard_of', 1_000_000)]))).to.deep.equal([
      '/i/v1/analytics/events',
    ]);
  });

  it('are marked as history in a backfill, in a request of their own', () => {
    const sink = aSink({ protocol: 'v0' });
    const old = { timestamp: '2026-01-01T00:00:00.000Z' };
    const requests = requestsOf(sink, [{ ...LARGE, ...old }, { ...SMALL, ...old }, LARGE], true);
    const shown = requests.map((request) =>
      JSON.stringify(sink.describe(request).body).includes('historical_migration'),
    );
    expect(pathsOf(sink, requests)).to.deep.equal(['/batch/', '/i/v0/ai/batch/', '/i/v0/ai/batch/']);
    expect(shown).to.deep.equal([true, true, false]);
  });

  it('show in a preview where they would go, and what that assumes', () => {
    const sink = aSink({ host: 'https://ph.example.com' });
    const [request] = requestsOf(sink, [LARGE]);
    if (request === undefined) throw new Error('nothing to describe');
    const { target, assumption } = sink.describe(request);
    expect(target).to.equal('POST https://ph.example.com/i/v0/ai/batch/');
    expect(assumption).to.include('protocol: auto').and.include('takes large AI events');
  });
});

describe('the route for large AI events', () => {
  useNock();

  const HOST = 'https://ph.example.com';
  const EMPTY_V1 = { error: 'empty_batch', error_description: 'no events' };

  /** What a run finds on a host whose two routes give these answers. */
  async function found(
    protocol: Protocol,
    v1: readonly [number, nock.Body],
    v0: readonly [number, nock.Body, nock.ReplyHeaders?],
  ): Promise<string | undefined> {
    nock(HOST)
      .get(/config\.js$/)
      .reply(200, 'window._POSTHOG_REMOTE_CONFIG = {}');
    nock(HOST).post('/i/v1/analytics/events').optionally().reply(400, EMPTY_V1);
    nock(HOST)
      .post('/i/v1/ai/events')
      .optionally()
      .reply(...v1);
    nock(HOST)
      .post('/i/v0/ai/batch/', { api_key: KEY, batch: [] })
      .optionally()
      .reply(...v0);
    const sink = aSink({ host: HOST, protocol });
    await sink.open();
    const [path] = pathsOf(sink, requestsOf(sink, [LARGE]));
    await sink.close();
    return path;
  }

  it('is that of v1 for a run in v1, and else that of v0', async () => {
    expect(await found('v1', [400, EMPTY_V1], [404, ''])).to.equal('/i/v1/ai/events');
    nock.cleanAll();
    expect(await found('v1', [404, ''], [400, 'request holds no event'])).to.equal('/i/v0/ai/batch/');
    nock.cleanAll();
    expect(await found('v0', [400, EMPTY_V1], [400, 'request holds no event'])).to.equal('/i/v0/ai/batch/');
  });

  for (const [what, ...answer] of [
    ['404', 404, ''],
    ['200 to everything', 200, '{"status":1}'],
    ['400 with an HTML page', 400, '<html></html>', { 'content-type': 'text/html' }],
    ['502', 502, ''],
  ] as const) {
    it(`is missing on a host that answers ${what}`, async () => {
      expect(await found('v0', [404, ''], answer)).to.equal('/batch/');
    });
  }

  it('is not asked for by a run without AI events', async () => {
    const scope = nock(HOST)
      .get(/config\.js$/)
      .reply(200, 'window._POSTHOG_REMOTE_CONFIG = {}');
    const sink = aSink({ host: HOST, protocol: 'v0' }, undefined, ['trace finished']);
    await sink.open();
    await sink.close();
    scope.done();
  });

  it('is a finding of check, for a mapping with AI events', async () => {
    for (const [status, outcome] of [
      [400, 'good'],
      [404, 'warning'],
    ] as const) {
      nock(HOST)
        .get(/config\.js$/)
        .reply(200, 'window._POSTHOG_REMOTE_CONFIG = {}');
      nock(HOST).post('/batch/').reply(400, 'request holds no event').post('/i/v0/ai/batch/').reply(status, '');
      const sink = aSink({ host: HOST, protocol: 'v0' });
      const finding = (await sink.check()).find(({ name }) => name === 'large AI events');
      expect(finding).to.include({ outcome });
      await sink.close();
    }
  });
});

describe('the quota of AI events', () => {
  useNock();

  for (const [event, outcome] of [
    ['$ai_generation', 'quota'],
    ['trace finished', 'accepted'],
  ] as const) {
    it(`is a matter of those alone: ${event}`, async () => {
      const host = 'https://capture.example.com';
      nock(host)
        .post('/batch/')
        .reply(200, { status: 'Ok', quota_limited: ['llm_events'] });
      const sink = aSink({ host, protocol: 'v0' }, undefined, [event]);
      const [request] = requestsOf(sink, [anEvent({ event })]);
      if (request === undefined) throw new Error('no request');
      const answer = await sink.send(request, { attempt: 1 }).then(
        ({ outcomes: [first] }) => first?.kind,
        (error: { refusal?: string }) => error.refusal,
      );
      await sink.close();
      expect(answer).to.equal(outcome);
    });
  }
});
