import { gzipSync } from 'node:zlib';
import { aUuid } from '@sluice/testkit';
import { PosthogSimulator, type PosthogSimulatorOptions } from '@sluice/posthog-simulator';
import { expect } from 'chai';

const NOW = Date.UTC(2026, 0, 15, 12);

function aV0Event(overrides: object = {}): object {
  return {
    event: 'a',
    distinct_id: 'user-1',
    uuid: aUuid(1),
    timestamp: '2026-01-15T09:00:00.000Z',
    properties: {},
    ...overrides,
  };
}

function batch(events: readonly object[], envelope: object = {}): string {
  return JSON.stringify({ api_key: 'phc_a', batch: events, ...envelope });
}

describe('the PostHog simulator', () => {
  let simulator: PosthogSimulator;

  afterEach(() => simulator.stop());

  async function start(options: PosthogSimulatorOptions = {}): Promise<void> {
    simulator = await PosthogSimulator.start({ now: () => NOW, ...options });
  }

  function post(
    path: string,
    body: string | Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return fetch(simulator.url + path, { method: 'POST', body, headers, redirect: 'manual' });
  }

  it('accepts a batch, plain or compressed, with or without the final slash', async () => {
    await start();
    expect((await post('/batch/', batch([aV0Event()]))).status).to.equal(200);
    const response = await post('/batch', gzipSync(batch([aV0Event({ uuid: aUuid(2) })])));
    expect(await response.json()).to.deep.equal({ status: 'Ok' });
    expect(simulator.received().map(({ uuid }) => uuid)).to.deep.equal([aUuid(1), aUuid(2)]);
  });

  for (const [what, overrides] of [
    ['a uuid that is none', { uuid: 'trace-1' }],
    ['no distinct id', { distinct_id: undefined }],
    ['a blank distinct id', { distinct_id: ' ' }],
    ['a timestamp that is a number', { timestamp: 1_700_000_000_000 }],
    ['an empty name', { event: '' }],
    ['properties that are a list', { properties: [] }],
    ['a lone surrogate', { properties: { a: '\ud800' } }],
  ] as const) {
    it(`refuses the whole request for an event with ${what}`, async () => {
      await start();
      expect((await post('/batch/', batch([aV0Event(), aV0Event(overrides)]))).status).to.equal(400);
      expect(simulator.received()).to.deep.equal([]);
    });
  }

  it('refuses a batch without events, and one without a key', async () => {
    await start();
    expect((await post('/batch/', batch([]))).status).to.equal(400);
    expect((await post('/batch/', batch([aV0Event()], { api_key: '' }))).status).to.equal(401);
    expect((await post('/batch/', batch([aV0Event()], { api_key: 'phx_a' }))).status).to.equal(401);
  });

  it('keeps the last of the events with the same UTC day, name, distinct id and uuid', async () => {
    await start();
    const events = [
      aV0Event({ properties: { version: 1 } }),
      aV0Event({ properties: { version: 2 }, timestamp: '2026-01-15T23:59:59.999Z' }),
      aV0Event({ timestamp: '2026-01-14T23:59:59.999Z' }),
      aV0Event({ event: 'b' }),
      aV0Event({ distinct_id: 'user-2' }),
    ];
    await post('/batch/', batch(events));
    expect(simulator.received()).to.have.lengthOf(5);
    expect(simulator.distinct()).to.have.lengthOf(4);
    expect(simulator.distinct()[0]?.properties).to.deep.equal({ version: 2 });
  });

  it('answers 200 to an unknown key and drops its events', async () => {
    await start({ keys: ['phc_known'] });
    expect((await post('/batch/', batch([aV0Event()]))).status).to.equal(200);
    expect(simulator.received()).to.deep.equal([]);
    expect(simulator.dropped()).to.have.lengthOf(1);
    expect((await fetch(`${simulator.url}/array/phc_a/config.js`)).status).to.equal(404);
    expect((await fetch(`${simulator.url}/array/phc_known/config.js`)).status).to.equal(200);
    expect((await post('/flags/?v=2', '{"token":"phc_a"}')).status).to.equal(401);
  });

  it('answers with the queued faults, then as PostHog', async () => {
    await start();
    simulator.failNext({ kind: 'status', status: 503 }, 2);
    simulator.failNext({ kind: 'status', status: 429, retryAfter: '3' });
    simulator.failNext({ kind: 'html', status: 200 });
    simulator.failNext({ kind: 'redirect', location: 'https://login.example.com/' });
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await post('/batch/', batch([aV0Event()]))).status);
    expect(statuses).to.deep.equal([503, 503, 429, 200, 302, 200]);
    expect(simulator.received()).to.have.lengthOf(1);
    expect(simulator.requests.map(({ status }) => status)).to.deep.equal(statuses);
  });

  it('breaks a connection before or after it stores the events', async () => {
    await start();
    simulator.failNext({ kind: 'reset', when: 'before' });
    simulator.failNext({ kind: 'reset', when: 'after' });
    expect(await post('/batch/', batch([aV0Event()])).catch(() => 'broken')).to.equal('broken');
    expect(simulator.received()).to.have.lengthOf(0);
    expect(await post('/batch/', batch([aV0Event()])).catch(() => 'broken')).to.equal('broken');
    expect(simulator.received()).to.have.lengthOf(1);
  });

  it('offers v1 only when it was started with it', async () => {
    await start();
    expect((await post('/i/v1/analytics/events', '{}')).status).to.equal(404);
  });

  it('answers for every event on v1', async () => {
    await start({ v1: true });
    const headers = {
      authorization: 'Bearer phc_a',
      'content-type': 'application/json',
      'user-agent': 'test',
      'posthog-sdk-info': 'test/1',
      'posthog-attempt': '1',
      'posthog-request-id': aUuid(9),
      'posthog-request-timestamp': new Date(NOW).toISOString(),
    };
    const events = [aV0Event(), aV0Event({ uuid: aUuid(2), distinct_id: 'Guest' })];
    const body = JSON.stringify({ created_at: new Date(NOW).toISOString(), batch: events });
    const response = await post('/i/v1/analytics/events', body, headers);
    expect(await response.json()).to.deep.equal({
      results: { [aUuid(1)]: { result: 'ok' }, [aUuid(2)]: { result: 'ok', details: 'person_processing_disabled' } },
    });
    expect(simulator.received()[1]?.properties).to.deep.equal({ $process_person_profile: false });
    const empty = await post(
      '/i/v1/analytics/events',
      JSON.stringify({ created_at: new Date(NOW).toISOString(), batch: [] }),
      headers,
    );
    expect(await empty.json()).to.include({ error: 'empty_batch' });
    expect(simulator.eventRequests).to.have.lengthOf(1);
  });

  const V1_HEADERS = {
    authorization: 'Bearer phc_a',
    'content-type': 'application/json',
    'user-agent': 'test',
    'posthog-sdk-info': 'test/1',
    'posthog-attempt': '1',
    'posthog-request-id': aUuid(9),
    'posthog-request-timestamp': new Date(NOW).toISOString(),
  };

  async function postV1(events: readonly object[], headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const body = JSON.stringify({ created_at: new Date(NOW).toISOString(), batch: events });
    return post('/i/v1/analytics/events', body, { ...V1_HEADERS, ...headers });
  }

  function someV1Events(count: number): readonly object[] {
    return Array.from({ length: count }, (_, index) => aV0Event({ uuid: aUuid(index) }));
  }

  for (const [word, stored, mentioned, results] of [
    ['retry', 2, 3, ['ok', 'retry', 'ok']],
    ['throttled', 2, 3, ['ok', 'drop', 'ok']],
    ['warning', 3, 3, ['ok', 'warning', 'ok']],
    ['none', 3, 2, ['ok', 'ok']],
  ] as const) {
    it(`answers ${word === 'none' ? 'nothing' : word} for a part of a v1 request`, async () => {
      await start({ v1: true });
      simulator.failNext({ kind: 'partial', every: 2, word });
      const response = await postV1(someV1Events(3));
      const body: { results: Record<string, { result: string }> } = JSON.parse(await response.text());
      expect(Object.keys(body.results)).to.have.lengthOf(mentioned);
      expect(Object.values(body.results).map(({ result }) => result)).to.deep.equal(results);
      expect(response.headers.get('retry-after')).to.equal(word === 'retry' ? '1' : null);
      expect(simulator.received()).to.have.lengthOf(stored);
    });
  }

  it('drops restricted events, silently on v0 and with a result on v1', async () => {
    await start({ v1: true, isRestricted: ({ distinctId }) => distinctId === 'user-2' });
    expect((await post('/batch/', batch([aV0Event(), aV0Event({ distinct_id: 'user-2' })]))).status).to.equal(200);
    expect(simulator.received()).to.have.lengthOf(1);
    expect(simulator.dropped()).to.have.lengthOf(1);
    const response = await postV1([aV0Event({ distinct_id: 'user-2' })]);
    expect(await response.text()).to.include('event_restriction_drop');
  });

  it('answers 413 to a compressed body, a request or an event that is too large', async () => {
    await start({ v1: true, limits: { maxWireBytes: 2_000, maxBodyBytes: 5_000, maxEventBytes: 3_000 } });
    const big = (length: number) => [aV0Event({ properties: { text: 'x'.repeat(length) } })];
    expect((await post('/batch/', batch(big(2_000)))).status).to.equal(413);
    const many = [...big(2_000), ...big(2_000), ...big(2_000)];
    expect((await post('/batch/', gzipSync(batch(many)))).status).to.equal(413);
    expect((await post('/batch/', gzipSync(batch(many.slice(1))))).status).to.equal(200);
    expect((await post('/batch/', gzipSync(batch(big(3_000))))).status).to.equal(413);
    expect((await post('/batch/', gzipSync(batch(big(1_000))))).status).to.equal(200);
    expect((await postV1(big(2_000))).status).to.equal(413);
    const zippedV1 = (events: readonly object[]) =>
      post(
        '/i/v1/analytics/events',
        gzipSync(JSON.stringify({ created_at: new Date(NOW).toISOString(), batch: events })),
        { ...V1_HEADERS, 'content-encoding': 'gzip' },
      );
    expect(await (await zippedV1(big(3_000))).text()).to.include('event_too_big');
    expect((await zippedV1(many)).status).to.equal(413);
  });

  it('has a route for large AI events only when it was started with it', async () => {
    await start({ v1: true });
    expect((await post('/i/v0/ai/batch/', batch([]))).status).to.equal(404);
    expect((await post('/i/v1/ai/events', '{}')).status).to.equal(404);
  });

  it('takes AI events of up to 8 MiB on that route, and no other event', async () => {
    await start({ v1: true, ai: true });
    const large = (bytes: number) => aV0Event({ event: '$ai_span', properties: { text: '"'.repeat(bytes / 2) } });
    expect((await post('/i/v0/ai/batch/', batch([large(8_000_000)]))).status).to.equal(200);
    expect((await post('/i/v0/ai/batch/', batch([large(8_400_000)]))).status).to.equal(413);
    expect((await post('/i/v0/ai/batch/', batch([aV0Event()]))).status).to.equal(400);
    expect((await post('/batch/', batch([large(1_000_000)]))).status).to.equal(413);
    const onV1 = async (events: readonly object[]) => {
      const body = gzipSync(JSON.stringify({ created_at: new Date(NOW).toISOString(), batch: events }));
      return (await post('/i/v1/ai/events', body, { ...V1_HEADERS, 'content-encoding': 'gzip' })).text();
    };
    expect(await onV1([large(8_000_000)])).to.include('"ok"');
    expect(await onV1([large(8_400_000)])).to.include('ai_event_too_big');
    expect(await onV1([aV0Event()])).to.include('misrouted_event');
    expect(simulator.received()).to.have.lengthOf(2);
  });

  it('answers each request with the fault that its option chooses', async () => {
    await start({ faultFor: (number) => (number % 2 === 0 ? { kind: 'status', status: 503 } : undefined) });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await post('/batch/', batch([aV0Event()]))).status);
    expect(statuses).to.deep.equal([200, 503, 200, 503]);
  });

  it("shifts timestamps by the client's clock skew, unless the event turns that off", async () => {
    await start({ v1: true });
    const sentAt = new Date(NOW - 60_000).toISOString();
    const late = { 'posthog-request-timestamp': sentAt };
    await post('/batch/', batch([aV0Event()], { sent_at: sentAt }));
    await post('/batch/', batch([aV0Event({ properties: { $ignore_sent_at: true } })], { sent_at: sentAt }));
    await postV1([aV0Event()], late);
    await postV1([aV0Event({ options: { disable_skew_correction: true } })], late);
    expect(simulator.received().map(({ timestamp }) => timestamp.slice(11, 16))).to.deep.equal([
      '09:01',
      '09:00',
      '09:01',
      '09:00',
    ]);
  });

  for (const [what, headers, status, tag] of [
    ['a header that is missing', { 'posthog-sdk-info': '' }, 400, 'missing_required_headers'],
    ['a request id that is none', { 'posthog-request-id': 'x' }, 400, 'invalid_header_value'],
    ['another content type', { 'content-type': 'text/plain' }, 415, 'unsupported_content_type'],
    ['a compression that it does not know', { 'content-encoding': 'lzma' }, 415, 'unsupported_encoding'],
    ['a body that is not what it says', { 'content-encoding': 'gzip' }, 400, 'request_decoding_error'],
    ['a personal key', { authorization: 'Bearer phx_a' }, 401, 'invalid_api_token'],
  ] as const) {
    it(`refuses ${what} on v1 with ${tag}`, async () => {
      await start({ v1: true });
      const response = await postV1([aV0Event()], headers);
      expect(response.status).to.equal(status);
      expect(await response.json()).to.include({ error: tag });
    });
  }

  it('refuses a batch with the keys of two projects', async () => {
    await start();
    expect((await post('/batch/', batch([aV0Event({ api_key: 'phc_b' })]))).status).to.equal(401);
    expect((await post('/batch/', batch([aV0Event({ api_key: 'phc_a' })]))).status).to.equal(200);
  });

  it('discards $performance_event, silently on v0', async () => {
    await start({ v1: true });
    expect(await (await postV1([aV0Event({ event: '$performance_event' })])).text()).to.include(
      'dropped_performance_event',
    );
    expect((await post('/batch/', batch([aV0Event({ event: '$performance_event' })]))).status).to.equal(200);
    expect(simulator.received()).to.deep.equal([]);
  });

  for (const [what, timestamp, stored] of [
    ['milliseconds as a text', String(NOW - 1_000), NOW - 1_000],
    ['what it cannot read as its own now', 'yesterday', NOW],
    ['more than 23 hours ahead as its own now', new Date(NOW + 24 * 3_600_000).toISOString(), NOW],
    ['a year before 0 as 1970', '-000001-01-01T00:00:00.000Z', 0],
  ] as const) {
    it(`accepts ${what} on v0`, async () => {
      await start();
      await post('/batch/', batch([aV0Event({ timestamp })]));
      expect(simulator.received()[0]?.timestamp).to.equal(new Date(stored).toISOString());
    });
  }

  it('gives an event without a uuid a new one each time', async () => {
    await start();
    const body = batch([aV0Event({ uuid: undefined })]);
    await post('/batch/', body);
    await post('/batch/', body);
    expect(simulator.distinct()).to.have.lengthOf(2);
  });
});
