import { gunzipSync } from 'node:zlib';
import type { SluiceError } from '@sluice/core/adapter';
import type { MappedEvent, Receipt, Sink } from '@sluice/core/sink';
import { posthogSink } from '@sluice/posthog-sink';
import { anAdapterContext, anEvent, aUuid, someEvents } from '@sluice/testkit';
import { POSTHOG_API } from './posthog-api-schemas.js';
import { expect } from 'chai';
import nock from 'nock';
import type { Protocol } from '#src/encode-event.js';
import { answerProblems, requestProblems } from './api-schema.js';
import { useNock } from '@sluice/testkit/nock';

const HOST = 'https://capture.example.com';
const KEY = 'phc_testkey1234567890';
const NOW = Date.UTC(2026, 0, 15, 12);

interface SentRequest {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: { readonly batch: readonly Record<string, unknown>[]; readonly [key: string]: unknown };
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends the events in one request to a PostHog that answers so. Fails unless method, path and body are the API's. */
async function exchange(
  protocol: Protocol,
  events: readonly MappedEvent[],
  answer: Answer,
  options: { readonly backfill?: boolean; readonly config?: object; readonly attempts?: number } = {},
): Promise<{ sent: readonly SentRequest[]; receipt: Receipt | SluiceError }> {
  const sink: Sink = posthogSink.create(
    posthogSink.config.parse({ host: HOST, apiKey: KEY, protocol, ...options.config }),
    anAdapterContext(),
  );
  const { method, path, requiredHeaders } = POSTHOG_API[protocol];
  const sent: SentRequest[] = [];
  const attempts = options.attempts ?? 1;
  const scope = nock(HOST)
    .intercept(path, method)
    .times(attempts)
    .reply(function reply(_uri, body) {
      const text = typeof body === 'string' ? gunzipSync(Buffer.from(body, 'hex')).toString() : JSON.stringify(body);
      sent.push({ headers: this.req.headers, body: JSON.parse(text) });
      return [answer.status, answer.body, answer.headers ?? { 'content-type': 'application/json' }];
    });
  const encoded = events.map((event) => {
    const encoding = sink.encode(event);
    if (encoding.kind === 'rejected') throw new Error(encoding.detail);
    return encoding.event;
  });
  const [request] = sink.assemble(encoded, {
    now: NOW,
    backfill: options.backfill ?? false,
    pipeline: 'test',
    stream: 'note',
  }).requests;
  if (request === undefined) throw new Error('nothing to send');
  let receipt: Receipt | SluiceError | undefined;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    receipt = await sink.send(request, { attempt }).catch((error: SluiceError) => error);
  }
  await sink.close();
  scope.done();
  for (const { headers, body } of sent) {
    expect(requestProblems(protocol, body)).to.equal('');
    for (const name of requiredHeaders) expect(headers, name).to.have.property(name);
  }
  if (receipt === undefined) throw new Error('nothing was sent');
  return { sent, receipt };
}

/** An answer that PostHog gives: it is held against the description. */
function posthogAnswer(protocol: Protocol, status: number, body: string | object): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  expect(answerProblems(protocol, status, text)).to.equal('');
  return { status, body: text };
}

const OK: Readonly<Record<Protocol, Answer>> = {
  v0: { status: 200, body: '{"status":"Ok"}' },
  v1: { status: 200, body: JSON.stringify({ results: { [aUuid(0)]: { result: 'ok' } } }) },
};

describe('the requests of the posthog sink', () => {
  useNock();

  it('v0: the key in the body, gzip, and nothing that shifts timestamps', async () => {
    const { sent, receipt } = await exchange('v0', [anEvent()], OK.v0);
    expect(sent[0]?.headers).to.include({ 'content-type': 'application/json', 'content-encoding': 'gzip' });
    expect(sent[0]?.headers).to.not.have.property('authorization');
    expect(sent[0]?.body).to.deep.equal({
      api_key: KEY,
      batch: [
        {
          event: 'trace finished',
          distinct_id: 'user-1',
          uuid: aUuid(0),
          timestamp: '2026-01-15T09:00:00.000Z',
          properties: {
            trace_id: 'trace-1',
            cost_usd: 0.25,
            $geoip_disable: true,
            $lib: 'sluice',
            $lib_version: '0.1.0',
          },
        },
      ],
    });
    expect(receipt).to.deep.equal({ outcomes: [{ kind: 'accepted', assurance: 'request' }] });
  });

  it('v1: the key in a header, the time of the request, skew correction off', async () => {
    const { sent, receipt } = await exchange('v1', [anEvent()], OK.v1);
    expect(sent[0]?.headers).to.include({
      authorization: `Bearer ${KEY}`,
      'posthog-sdk-info': 'sluice/0.1.0',
      'posthog-attempt': '1',
      'posthog-request-timestamp': '2026-01-15T12:00:00.000Z',
      'content-encoding': 'gzip',
    });
    expect(sent[0]?.body).to.deep.equal({
      created_at: '2026-01-15T12:00:00.000Z',
      batch: [
        {
          event: 'trace finished',
          uuid: aUuid(0),
          distinct_id: 'user-1',
          timestamp: '2026-01-15T09:00:00.000Z',
          options: { disable_skew_correction: true },
          properties: { trace_id: 'trace-1', cost_usd: 0.25, $geoip_disable: true },
        },
      ],
    });
    expect(receipt).to.deep.equal({ outcomes: [{ kind: 'accepted', assurance: 'event' }] });
  });

  for (const protocol of ['v0', 'v1'] as const) {
    it(`${protocol}: the same body in every attempt${protocol === 'v1' ? ', under the same request id' : ''}`, async () => {
      const { sent } = await exchange(protocol, [anEvent()], OK[protocol], { attempts: 2 });
      expect(sent[0]?.body).to.deep.equal(sent[1]?.body);
      const ids = sent.map(({ headers }) => headers['posthog-request-id']);
      expect(ids[0]).to.equal(ids[1]);
      if (protocol === 'v1') expect(sent.map(({ headers }) => headers['posthog-attempt'])).to.deep.equal(['1', '2']);
    });

    it(`${protocol}: marks only backfilled events older than 48 hours as historical_migration`, async () => {
      const old = [anEvent({ timestamp: '2026-01-01T00:00:00.000Z' })];
      const backfill = await exchange(protocol, old, OK[protocol], { backfill: true });
      expect(backfill.sent[0]?.body).to.include({ historical_migration: true });
      const following = await exchange(protocol, old, OK[protocol]);
      expect(following.sent[0]?.body).to.not.have.property('historical_migration');
    });

    it(`${protocol}: plain JSON without gzip`, async () => {
      const { sent } = await exchange(protocol, [anEvent()], OK[protocol], { config: { gzip: false } });
      expect(sent[0]?.headers).to.not.have.property('content-encoding');
      expect(sent[0]?.body.batch).to.have.lengthOf(1);
    });
  }
});

describe('the answers of PostHog', () => {
  useNock();

  for (const [protocol, status, body, error] of [
    ['v0', 400, 'failed to parse request: invalid type', 'InvalidRequestError'],
    ['v0', 401, 'API key is not valid: personal_api_key', 'RefusedError'],
    ['v0', 413, 'event too big', 'TooLargeError'],
    ['v1', 400, { error: 'request_parsing_error', error_description: 'x' }, 'InvalidRequestError'],
    ['v1', 401, { error: 'invalid_api_token', error_description: 'x' }, 'RefusedError'],
    ['v1', 413, { error: 'payload_too_large', error_description: 'x' }, 'TooLargeError'],
    ['v1', 415, { error: 'unsupported_encoding', error_description: 'x' }, 'UnexpectedAnswerError'],
  ] as const) {
    it(`${protocol}: ${status} is ${error}`, async () => {
      const { receipt } = await exchange(protocol, [anEvent()], posthogAnswer(protocol, status, body));
      expect(receipt).to.include({ name: error });
    });
  }

  it('v1: gives outcomes in the order of the request, whatever the order of the answer', async () => {
    const results = {
      [aUuid(3)]: { result: 'drop', details: 'event_too_big' },
      [aUuid(2)]: { result: 'retry', details: 'not_persisted' },
      [aUuid(0)]: { result: 'ok' },
    };
    const answer = { ...posthogAnswer('v1', 200, { results }), headers: { 'retry-after': '1' } };
    const { receipt } = await exchange('v1', someEvents(4), answer);
    if (receipt instanceof Error) throw receipt;
    expect(receipt.outcomes.map((outcome) => outcome?.kind)).to.deep.equal([
      'accepted',
      undefined,
      'retry',
      'rejected',
    ]);
    expect(receipt.retryAfterMs).to.equal(1_000);
  });
});
