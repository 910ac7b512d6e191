import { gzipSync } from 'node:zlib';
import { aUuid, PosthogSimulator, type PosthogSimulatorOptions } from '@sluice/testkit';
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

  it('takes a batch, plain or compressed, with or without the slash', async () => {
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

  it('keeps the last of what is equal in UTC day, name, distinct id and uuid', async () => {
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

  it('meets the faults it was told to, then answers again', async () => {
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

  it('breaks a connection before or after it has the events', async () => {
    await start();
    simulator.failNext({ kind: 'reset', when: 'before' });
    simulator.failNext({ kind: 'reset', when: 'after' });
    expect(await post('/batch/', batch([aV0Event()])).catch(() => 'broken')).to.equal('broken');
    expect(simulator.received()).to.have.lengthOf(0);
    expect(await post('/batch/', batch([aV0Event()])).catch(() => 'broken')).to.equal('broken');
    expect(simulator.received()).to.have.lengthOf(1);
  });

  it('has no v1 unless it was started with it', async () => {
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
      results: { [aUuid(1)]: { result: 'ok' }, [aUuid(2)]: { result: 'drop', details: 'malformed_distinct_id' } },
    });
    const empty = await post(
      '/i/v1/analytics/events',
      JSON.stringify({ created_at: new Date(NOW).toISOString(), batch: [] }),
      headers,
    );
    expect(await empty.json()).to.include({ error: 'empty_batch' });
    expect(simulator.eventRequests).to.have.lengthOf(1);
  });
});
