import { RefusedError, UnexpectedAnswerError, TransientError } from '@sluice/core/adapter';
import type { Sink } from '@sluice/core/sink';
import { posthogSink } from '@sluice/posthog-sink';
import { anAdapterContext, anEvent } from '@sluice/testkit';
import { expect } from 'chai';
import nock from 'nock';
import { useNock } from '@sluice/testkit/nock';

const HOST = 'https://capture.example.com';
const KEY = 'phc_testkey1234567890';
const SETTINGS = `/array/${KEY}/config.js`;
const FLAGS = '/flags/?v=2';
const V1 = '/i/v1/analytics/events';

function aSink(options: object = {}): Sink {
  const config = posthogSink.config.parse({ host: HOST, apiKey: KEY, ...options });
  return posthogSink.create(config, anAdapterContext());
}

async function opened(sink: Sink): Promise<unknown> {
  const outcome = await sink.open().catch((error: unknown) => error);
  await sink.close();
  return outcome;
}

function targetOf(sink: Sink): string | undefined {
  const encoding = sink.encode(anEvent());
  if (encoding.kind === 'rejected') throw new Error(encoding.detail);
  const [request] = sink.assemble([encoding.event], {
    now: Date.UTC(2026, 0, 15),
    backfill: false,
    pipeline: 'test',
    stream: 'note',
  }).requests;
  return request === undefined ? undefined : sink.describe(request).target;
}

describe('opening the posthog sink', () => {
  useNock();

  for (const [what, status, body, headers] of [
    ['answers 200 and {"status":1} to everything', 200, '{"status":1}', { 'content-type': 'application/json' }],
    ['answers 200 and {"status":"Ok"} to everything', 200, '{"status":"Ok"}', { 'content-type': 'application/json' }],
    ['answers 404 to everything else', 404, 'not found', { 'content-type': 'text/plain' }],
    ['answers 404 with an HTML page', 404, '<!DOCTYPE html>Cannot POST', { 'content-type': 'text/html' }],
    ['answers 405', 405, '', {}],
    ['answers 500', 500, 'oops', { 'content-type': 'text/plain' }],
  ] as const) {
    it(`works with v0 for a host that ${what}`, async () => {
      const scope = nock(HOST).get(SETTINGS).reply(status, body, headers).post(V1).reply(status, body, headers);
      if (status === 404) scope.post(FLAGS).reply(status, body, headers);
      const sink = aSink();
      expect(await opened(sink)).to.equal(undefined);
      expect(targetOf(sink)).to.equal(`POST ${HOST}/batch/`);
      scope.done();
    });
  }

  for (const [status, body] of [
    [408, 'timeout'],
    [429, '{"detail":"slow down"}'],
    [502, 'error code: 502'],
    [503, 'upstream connect error or disconnect/reset before headers'],
    [504, ''],
    [503, '<html>Service Unavailable</html>'],
  ] as const) {
    for (const protocol of ['auto', 'v1']) {
      it(`waits, with protocol: ${protocol}, when the host answers ${status} ${body}`, async () => {
        nock(HOST).get(SETTINGS).reply(status, body).post(V1).reply(status, body, { 'retry-after': '7' });
        const error = await opened(aSink({ protocol }));
        expect(error).to.be.instanceOf(TransientError).and.to.include({ retryAfterMs: 7_000 });
      });
    }
  }

  it('probes v1 with its headers and an empty batch', async () => {
    const scope = nock(HOST, {
      reqheaders: {
        authorization: `Bearer ${KEY}`,
        'posthog-sdk-info': 'sluice/0.1.0',
        'posthog-attempt': '1',
        'posthog-request-id': /^[0-9a-f-]{36}$/,
        'posthog-request-timestamp': '2026-01-15T12:00:00.000Z',
      },
    })
      .post(V1, { created_at: '2026-01-15T12:00:00.000Z', batch: [] })
      .reply(400, { error: 'empty_batch', error_description: 'no events' });
    nock(HOST).get(SETTINGS).reply(404).post(FLAGS).reply(404);
    const sink = aSink();
    expect(await opened(sink)).to.equal(undefined);
    expect(targetOf(sink)).to.equal(`POST ${HOST}${V1}`);
    scope.done();
  });

  it('takes the login page of a server in front of PostHog for no answer about the key', async () => {
    nock(HOST).get(SETTINGS).reply(401, '<html>401 Authorization Required</html>');
    const error = await opened(aSink());
    expect(error).instanceOf(RefusedError).with.property('refusal', 'restricted');
    expect(String(error)).to.include('asks for a login');
  });

  it('refuses a key that the host refuses with a 401', async () => {
    const scope = nock(HOST).get(SETTINGS).reply(401, 'unknown');
    const error = await opened(aSink());
    expect(error).to.be.instanceOf(RefusedError).and.to.include({ refusal: 'credentials' });
    expect(String(error)).to.not.include(KEY);
    scope.done();
  });

  it('asks for the flags when the host has no settings', async () => {
    const scope = nock('https://us.i.posthog.com')
      .get(SETTINGS)
      .reply(404)
      .post(FLAGS, { token: KEY, distinct_id: 'sluice-key-probe', geoip_disable: true })
      .reply(401, 'The provided API key is invalid or has expired.');
    expect(await opened(aSink({ host: 'https://us.posthog.com/project/1' }))).to.be.instanceOf(RefusedError);
    scope.done();
  });

  it('does not take an HTML page for PostHog', async () => {
    const scope = nock(HOST).get(SETTINGS).reply(200, '<html>Sign in</html>', { 'content-type': 'text/html' });
    expect(await opened(aSink())).to.be.instanceOf(UnexpectedAnswerError);
    scope.done();
  });

  it('does not follow a redirect', async () => {
    const scope = nock(HOST).get(SETTINGS).reply(302, '', { location: 'https://login.example.com/?next=1' });
    const error = await opened(aSink());
    expect(error).to.be.instanceOf(RefusedError);
    expect(String(error)).to.include('→ https://login.example.com/ (302)').and.not.include('next');
    scope.done();
  });

  it('reports a silent host as a transient error', async () => {
    const scope = nock(HOST)
      .get(SETTINGS)
      .replyWithError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    expect(await opened(aSink())).to.be.instanceOf(TransientError);
    scope.done();
  });
});
