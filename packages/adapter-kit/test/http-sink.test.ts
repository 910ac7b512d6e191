import { gunzipSync } from 'node:zlib';
import { RefusedError, TransientError, UnexpectedAnswerError } from '@sluice/core/adapter';
import { InvalidRequestError, TooLargeError, type Sink } from '@sluice/core/sink';
import { anAdapterContext, describeSink, destinationDouble, someEvents } from '@sluice/testkit';
import { expect } from 'chai';
import nock from 'nock';
import { amplitudeLikeSink } from './amplitude-like-sink.js';
import { useNock } from '@sluice/testkit/nock';
import { acceptedAll, acceptedExcept, httpSink, jsonObject, type HttpAnswer } from '@sluice/adapter-kit';
import { z } from 'zod';

const HOST = 'https://api2.example.com';
const KEY = 's3cretkey1';
const EVENT = { time: '2026-01-15T09:00:00.000Z', user: 'user-1' };
const CONTEXT = { now: Date.UTC(2026, 0, 15, 12), backfill: false, pipeline: 'test', stream: 'note' };

function aSink(): Sink {
  return amplitudeLikeSink.create(amplitudeLikeSink.config.parse({ host: HOST, apiKey: KEY }), anAdapterContext());
}

function requestOf(sink: Sink, count = 3) {
  const events = someEvents(count, EVENT).map((event) => {
    const encoding = sink.encode(event);
    if (encoding.kind === 'rejected') throw new Error(encoding.detail);
    return encoding.event;
  });
  const [request] = sink.assemble(events, CONTEXT).requests;
  if (request === undefined) throw new Error('nothing to send');
  return request;
}

describe('an HTTP sink', () => {
  useNock();

  describeSink({
    name: 'a sink like that of Amplitude',
    create: async () => {
      const double = destinationDouble<[number, nock.Body]>({
        answer: () => [200, { code: 200 }],
        refusal: (quote) => [403, quote],
      });
      nock(HOST)
        .persist()
        .post('/batch')
        .reply(async (_uri, body) => {
          const text = typeof body === 'string' ? String(gunzipSync(Buffer.from(body, 'hex'))) : JSON.stringify(body);
          const { events }: { events: { insert_id: string }[] } = JSON.parse(text);
          return double.answer(
            events.map(({ insert_id }) => insert_id),
            text,
          );
        });
      return {
        sink: aSink(),
        events: (count) => someEvents(count, EVENT),
        receivedUuids: async () => double.received,
        secrets: [KEY],
        destination: double.faults,
        dispose: async () => nock.cleanAll(),
      };
    },
  });

  async function answered(status: number, body: unknown = {}, headers: Record<string, string> = {}) {
    const scope = nock(HOST)
      .post('/batch')
      .reply(status, body as nock.Body, headers);
    const sink = aSink();
    try {
      return await sink.send(requestOf(sink), { attempt: 1 }).catch((error: unknown) => error);
    } finally {
      await sink.close();
      scope.done();
    }
  }

  for (const [status, body, type] of [
    [301, '', RefusedError],
    [304, '', UnexpectedAnswerError],
    [400, { error: 'bad' }, InvalidRequestError],
    [400, '<html>', UnexpectedAnswerError],
    [401, {}, RefusedError],
    [404, {}, UnexpectedAnswerError],
    [413, {}, TooLargeError],
    [429, {}, TransientError],
    [503, '<html>', TransientError],
  ] as const) {
    it(`turns ${status} with ${JSON.stringify(body)} into ${type.name}`, async () => {
      expect(await answered(status, body)).to.be.instanceOf(type);
    });
  }

  it('passes on how long the destination asks to wait', async () => {
    expect(await answered(429, {}, { 'retry-after': '7' })).to.have.property('retryAfterMs', 7_000);
  });

  it('masks a key that the answer quotes', async () => {
    const error = await answered(401, { error: `unknown key ${KEY}` });
    expect(error).to.have.property('message').that.includes('unknown key ***');
  });

  it('rejects the events that the answer names, and sends the others again', async () => {
    const receipt = await answered(400, { events_with_invalid_fields: { time: [1] } });
    expect(receipt)
      .to.have.property('outcomes')
      .that.satisfies((outcomes: { kind: string }[]) =>
        expect(outcomes.map(({ kind }) => kind)).to.deep.equal(['retry', 'rejected', 'retry']),
      );
  });

  it('says of events that the answer does not name how sure it is', () => {
    const failures = new Map([[1, { kind: 'rejected', reason: 'invalid', detail: 'invalid' } as const]]);
    const assurances = (assurance?: 'request') =>
      acceptedExcept(requestOf(aSink()).events, failures, assurance).map((outcome) =>
        outcome.kind === 'accepted' ? outcome.assurance : outcome.kind,
      );
    expect(assurances()).to.deep.equal(['event', 'rejected', 'event']);
    expect(assurances('request')).to.deep.equal(['request', 'rejected', 'request']);
  });

  it('rejects an event that cannot be sent', () => {
    const [event] = someEvents(1, { ...EVENT, user: undefined });
    if (event !== undefined) expect(aSink().encode(event)).to.include({ kind: 'rejected', reason: 'no-user' });
  });

  const accepted = z.object({ accepted: z.number() });
  for (const [status, body, type, read] of [
    [200, { error: 'in maintenance' }, UnexpectedAnswerError, jsonObject],
    [200, 'in maintenance', UnexpectedAnswerError, ({ body: text }) => JSON.parse(text)],
    [503, '<html>', TransientError, jsonObject],
    [503, '<html>', TransientError, ({ body: text }) => JSON.parse(text)],
  ] as const satisfies readonly (readonly [number, unknown, unknown, (answer: HttpAnswer) => unknown])[]) {
    it(`takes ${status} with ${JSON.stringify(body)}, which the author does not expect, for ${type.name}`, async () => {
      const sink = httpSink({
        type: 'strict',
        name: 'Strict',
        doc: 'Accepts one form of an answer.',
        config: amplitudeLikeSink.config,
        eventSchema: 'any',
        repeats: { effect: 'add' },
        request: () => ({
          url: HOST,
          path: '/batch',
          body: { list: 'events' },
          limits: { maxEvents: 9, maxBytes: 9_000 },
        }),
        encode: ({ uuid }) => ({ id: uuid }),
        receipt: (given, events) => {
          accepted.parse(read(given));
          return acceptedAll(events);
        },
        check: async (ask) => `accepted ${accepted.parse(jsonObject(await ask())).accepted}`,
      }).create(amplitudeLikeSink.config.parse({ host: HOST, apiKey: KEY }), anAdapterContext());
      const scope = nock(HOST).post('/batch').reply(status, body).get('/batch').reply(200, {});
      const error = await sink.send(requestOf(sink), { attempt: 1 }).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(type);
      const [finding] = await sink.check();
      expect(finding?.message).to.match(/^Strict answers in an unexpected form at accepted: /);
      await sink.close();
      scope.done();
    });
  }

  it('shows a request and its identity without the key', () => {
    const sink = aSink();
    const shown = sink.describe(requestOf(sink, 1));
    expect(shown.target).to.equal(`POST ${HOST}/batch`);
    expect(shown.body).to.have.property('api_key', '***');
    expect(JSON.stringify([shown, sink.identity()])).to.not.include(KEY);
  });
});
