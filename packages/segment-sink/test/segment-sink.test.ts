import { RefusedError, TransientError, UnexpectedAnswerError } from '@sluice/core/adapter';
import { InvalidRequestError, TooLargeError, type MappedEvent, type Sink, type SinkRequest } from '@sluice/core/sink';
import { anAdapterContext, aUuid, describeSink, destinationDouble } from '@sluice/testkit';
import { expect } from 'chai';
import nock from 'nock';
import { segmentSink } from '#src/definition.js';
import { useNock } from '@sluice/testkit/nock';

const ORIGIN = 'https://api.segment.io';
const KEY = 'write-key-1234';
const CONTEXT = { now: Date.UTC(2026, 0, 15, 12), backfill: false, pipeline: 'test', stream: 'note' };

function aSink(options: object = {}): Sink {
  return segmentSink.create(segmentSink.config.parse({ writeKey: KEY, ...options }), anAdapterContext());
}

function anEvent(number: number, more: Readonly<Record<string, MappedEvent[string]>> = {}): MappedEvent {
  return { event: 'chat', uuid: aUuid(number), time: '2026-01-15T09:00:00.000Z', properties: { cost: 0.5 }, ...more };
}

function requestsFor(sink: Sink, events: readonly MappedEvent[]): readonly SinkRequest[] {
  const encoded = events.map((event) => {
    const encoding = sink.encode(event);
    if (encoding.kind === 'rejected') throw new Error(encoding.detail);
    return encoding.event;
  });
  return sink.assemble(encoded, CONTEXT).requests;
}

async function send(sink: Sink, events: readonly MappedEvent[]) {
  const [request] = requestsFor(sink, events);
  if (request === undefined) throw new Error('events make a request');
  return sink.send(request, { attempt: 1 });
}

function callOf(event: MappedEvent): unknown {
  const encoding = aSink().encode(event);
  return encoding.kind === 'encoded' ? JSON.parse(encoding.event.text) : encoding;
}

describe('the Segment sink', () => {
  useNock();

  describeSink({
    name: 'SegmentSink',
    create: async () => {
      const double = destinationDouble<[number, string]>({
        answer: () => [200, '{"success":true}'],
        refusal: (quote) => [403, quote],
      });
      nock(ORIGIN)
        .persist()
        .post('/v1/batch')
        .reply(async (_path, body) => {
          const { batch } = body as { readonly batch: readonly { readonly messageId: string }[] };
          return double.answer(
            batch.map(({ messageId }) => messageId.slice(0, 36)),
            `${KEY} ${JSON.stringify(body)}`,
          );
        });
      return {
        sink: aSink(),
        events: (count) => Array.from({ length: count }, (_, index) => anEvent(index)),
        receivedUuids: async () => double.received,
        secrets: [KEY],
        destination: double.faults,
        dispose: async () => nock.cleanAll(),
      };
    },
  });

  it('sends a batch of track calls with the write key as the user', async () => {
    const scope = nock(ORIGIN)
      .post('/v1/batch', { batch: [callOf(anEvent(1)), callOf(anEvent(2))] as never[] })
      .basicAuth({ user: KEY, pass: '' })
      .matchHeader('content-type', 'application/json')
      .reply(200, { success: true });
    const { outcomes } = await send(aSink(), [anEvent(1), anEvent(2)]);
    scope.done();
    expect(outcomes).to.deep.equal([
      { kind: 'accepted', assurance: 'request' },
      { kind: 'accepted', assurance: 'request' },
    ]);
  });

  describe('makes a track call', () => {
    it('with the user, the first group and the session', () => {
      const event = anEvent(1, { user: 'u1', session: 's1', groups: { company: 'acme', team: 'blue' } });
      expect(callOf(event)).to.deep.equal({
        type: 'track',
        messageId: `${aUuid(1)}-31e06f7d`,
        event: 'chat',
        userId: 'u1',
        timestamp: '2026-01-15T09:00:00.000Z',
        properties: { cost: 0.5 },
        context: { groupId: 'acme', sessionId: 's1' },
      });
    });

    it('without a user: anonymous by the session, else by the uuid', () => {
      expect(callOf(anEvent(1, { session: 's1' })))
        .to.include({ anonymousId: 's1' })
        .and.not.have.property('userId');
      expect(callOf(anEvent(1, { user: '' })))
        .to.include({ anonymousId: aUuid(1) })
        .and.not.have.property('context');
    });

    it('with an id below 100 characters that the name is a part of', () => {
      const idOf = (event: string) => (callOf(anEvent(1, { event })) as { messageId: string }).messageId;
      expect(idOf('chat')).to.equal(idOf('chat')).and.not.equal(idOf('score'));
      expect(idOf('a'.repeat(500))).to.have.length.below(100);
    });

    it('not of an event without a name, or of more than 32 KB', () => {
      expect(callOf(anEvent(1, { event: ' ' }))).to.include({ kind: 'rejected', reason: 'no-name' });
      const large = anEvent(1, { properties: { text: 'a'.repeat(33_000) } });
      expect(callOf(large)).to.include({ kind: 'rejected', reason: 'event-too-large' });
    });
  });

  it('keeps a request below 500 KB and 2,500 events: the destination drops the surplus with a 200', () => {
    const sink = aSink();
    expect(sink.limits).to.include({ maxEventsPerRequest: 2500 });
    const large = Array.from({ length: 40 }, (_, index) =>
      anEvent(index, { properties: { text: 'a'.repeat(30_000) } }),
    );
    const sizes = requestsFor(sink, large).map(({ events }) => events.reduce((sum, { bytes }) => sum + bytes + 1, 20));
    expect(sizes.length).to.be.above(1);
    for (const size of sizes) expect(size).to.be.at.most(500_000);
  });

  describe('takes an answer', () => {
    const answers: readonly [status: number, outcome: { readonly name: string }][] = [
      [301, RefusedError],
      [400, InvalidRequestError],
      [401, RefusedError],
      [403, RefusedError],
      [404, UnexpectedAnswerError],
      [413, TooLargeError],
      [429, TransientError],
      [500, TransientError],
      [503, TransientError],
    ];
    for (const [status, { name }] of answers) {
      it(`${status} as ${name}`, async () => {
        nock(ORIGIN).post('/v1/batch').reply(status, `no ${KEY}`, { 'retry-after': '7' });
        const error = await send(aSink(), [anEvent(1)]).then(
          () => expect.fail('it was accepted'),
          (thrown: unknown) => thrown as Error,
        );
        expect(error.name).to.equal(name);
        expect(error.message).to.not.include(KEY);
        if (name === 'TransientError') expect(error).to.include({ retryAfterMs: 7000 });
      });
    }

    it('that is a page of HTML as one of another server', async () => {
      nock(ORIGIN).post('/v1/batch').reply(200, '<!doctype html>', { 'content-type': 'text/html' });
      expect(await send(aSink(), [anEvent(1)]).catch((error: unknown) => error)).to.be.instanceOf(
        UnexpectedAnswerError,
      );
    });
  });

  describe('checks', () => {
    it('with a batch without events, and says that a 200 proves nothing', async () => {
      const scope = nock(ORIGIN).post('/v1/batch', { batch: [] }).reply(200, { success: true });
      const findings = await aSink().check();
      scope.done();
      expect(findings.map(({ name, outcome }) => `${name}: ${outcome}`)).to.deep.equal([
        'host: good',
        'write key: unknown',
        'receipts: warning',
      ]);
    });

    it('a write key that RudderStack does not know', async () => {
      nock('https://hosted.rudderlabs.com').persist().post('/v1/batch').reply(401, 'Invalid Write Key');
      const sink = aSink({ host: 'https://hosted.rudderlabs.com/v1/batch' });
      expect((await sink.check())[0]).to.include({ outcome: 'bad' });
      expect(await sink.open().catch((error: unknown) => error)).to.be.instanceOf(RefusedError);
    });
  });

  describe('has a host', () => {
    const hosts: readonly [written: string, host: string | undefined][] = [
      ['eu', 'https://events.eu1.segmentapis.com'],
      ['https://a.example.com/', 'https://a.example.com'],
      ['https://a.example.com/v1/batch', 'https://a.example.com'],
      ['https://a.example.com/proxy/v1/', 'https://a.example.com/proxy'],
      ['http://localhost:8080', 'http://localhost:8080'],
      ['http://10.0.0.1', undefined],
      ['https://u:p@a.example.com', undefined],
      ['https://a.example.com?key=1', undefined],
      ['a.example.com', undefined],
    ];
    for (const [written, host] of hosts) {
      it(`${written}${host === undefined ? ' never' : ''}`, () => {
        const { data } = segmentSink.config.safeParse({ host: written, writeKey: KEY });
        expect(data?.host).to.equal(host);
      });
    }
  });

  it('says that a repeat is ignored for a day', () => {
    expect(segmentSink.repeats(segmentSink.config.parse({ writeKey: KEY }))).to.deep.equal({
      effect: 'ignore',
      withinMs: 86_400_000,
    });
  });
});
