import type { CheckResult } from '@sluice/core/adapter';
import type { SinkContext } from '@sluice/core/sink';
import { posthogSink } from '@sluice/posthog-sink';
import { anAdapterContext } from '@sluice/testkit';
import { expect } from 'chai';
import nock from 'nock';
import { useNock } from '@sluice/testkit/nock';

const US = 'https://us.i.posthog.com';
const EU = 'https://eu.i.posthog.com';
const KEY = 'phc_testkey1234567890';
const SETTINGS = `/array/${KEY}/config.js`;
const V1 = '/i/v1/analytics/events';
const KNOWN = `window._POSTHOG_REMOTE_CONFIG = {}`;

async function checked(options: object = {}, context: Partial<SinkContext> = {}): Promise<readonly CheckResult[]> {
  const sink = posthogSink.create(
    posthogSink.config.parse({ host: US, apiKey: KEY, protocol: 'v0', ...options }),
    anAdapterContext(context),
  );
  try {
    return await sink.check();
  } finally {
    await sink.close();
  }
}

function summary(results: readonly CheckResult[]): readonly string[] {
  return results.map(({ name, outcome }) => `${name}: ${outcome}`);
}

describe('checking PostHog', () => {
  useNock();

  beforeEach(() => {
    for (const host of [US, 'https://ph.example.com']) {
      nock(host).post('/batch/', { api_key: KEY, batch: [] }).optionally().reply(400, 'request holds no event');
    }
  });

  it('finds a proxy that takes the slash off the endpoint', async () => {
    nock.cleanAll();
    const scope = nock('https://ph.example.com')
      .get(`/ingest${SETTINGS}`)
      .reply(200, KNOWN)
      .post('/ingest/batch/')
      .reply(308, '', { location: '/ingest/batch' });
    const results = await checked({ host: 'https://ph.example.com/ingest' });
    expect(summary(results)).to.deep.equal(['host: good', 'project key: good', 'batches: bad']);
    expect(results[2]?.message).to.include('/ingest/batch/ → /ingest/batch (308)');
    scope.done();
  });

  it('names a property to shorten that no event has', async () => {
    nock(US).get(SETTINGS).reply(200, KNOWN);
    const text = { type: 'text', nullable: true } as const;
    const events = [{ event: 'answer', fields: { properties: { names: { ai_input: text, ai_output: text } } } }];
    const results = await checked({ shorten: ['ai_input', 'ai_outptu', 'ai_tools'] }, { events });
    expect(results.filter(({ name }) => name === 'shorten')).to.deep.equal([
      {
        name: 'shorten',
        outcome: 'warning',
        message: 'no event has the property `ai_outptu`, so there is nothing to cut',
        fix: 'did you mean `ai_output`?',
      },
    ]);
  });

  for (const [status, body] of [
    [404, ''],
    [405, ''],
    [200, '<html>Sign in</html>'],
    [400, '<html>plain HTTP request sent to HTTPS port</html>'],
    [502, ''],
  ] as const) {
    it(`finds that the endpoint for batches answers ${status} ${body}`, async () => {
      nock.cleanAll();
      nock(US).get(SETTINGS).reply(200, KNOWN).post('/batch/').reply(status, body);
      expect(summary(await checked())).to.include('batches: bad');
    });
  }

  it('accepts a key that the host knows, without an event and without a charged request', async () => {
    const scope = nock(US).get(SETTINGS).reply(200, KNOWN);
    expect(summary(await checked())).to.deep.equal(['host: good', 'project key: good']);
    scope.done();
  });

  it('names the region that knows the key', async () => {
    const scope = nock(US).get(SETTINGS).reply(404).post('/flags/?v=2').reply(401, 'invalid');
    const other = nock(EU).get(SETTINGS).reply(200, KNOWN);
    const [, key] = await checked();
    expect(key).to.include({ outcome: 'bad' });
    expect(key?.fix).to.include(`set host to ${EU}`);
    scope.done();
    other.done();
  });

  it('says where to find the key when no region knows it', async () => {
    nock(US).get(SETTINGS).reply(404).post('/flags/?v=2').reply(401, 'invalid');
    const other = nock(EU).get(SETTINGS).reply(404);
    const [, key] = await checked();
    expect(key?.fix).to.include('Settings, Project').and.not.include(EU);
    other.done();
  });

  it("asks no other region when the host is not in PostHog's cloud", async () => {
    nock('https://ph.example.com').get(SETTINGS).reply(404).post('/flags/?v=2').reply(401, 'invalid');
    const other = nock(EU).get(SETTINGS).reply(200, KNOWN);
    expect(summary(await checked({ host: 'https://ph.example.com' }))).to.include('project key: bad');
    expect(other.isDone()).to.equal(false);
  });

  it('leaves the key unknown after a 404 alone', async () => {
    nock('https://ph.example.com').get(SETTINGS).reply(404).post('/flags/?v=2').reply(404);
    const results = await checked({ host: 'https://ph.example.com' });
    expect(summary(results)).to.deep.equal(['host: good', 'project key: unknown']);
    expect(results[1]?.fix).to.be.a('string');
  });

  it('does not blame the key when the host is silent or is not PostHog', async () => {
    nock(US)
      .get(SETTINGS)
      .replyWithError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    expect(summary(await checked())).to.deep.equal(['host: bad', 'project key: unknown']);
    nock(US).get(SETTINGS).reply(200, '<html>Sign in</html>', { 'content-type': 'text/html' });
    expect(summary(await checked())).to.deep.equal(['host: bad', 'project key: unknown']);
  });

  it('compares the clocks when the answer has a date', async () => {
    const nowMs = anAdapterContext().runtime.now();
    const answering = (date: number) =>
      nock(US)
        .get(SETTINGS)
        .reply(200, KNOWN, { date: new Date(date).toUTCString() });
    answering(nowMs);
    expect(summary(await checked())).to.include('clock: good');
    answering(nowMs - 7_200_000);
    const [, , clock] = await checked();
    expect(clock).to.include({ outcome: 'warning' });
    expect(clock?.message).to.match(/the host is 7\d{3} s behind this machine/);
  });

  it('names the offered protocol', async () => {
    nock(US).get(SETTINGS).reply(200, KNOWN).post(V1).reply(400, { error: 'empty_batch' });
    const [, , protocol] = await checked({ protocol: 'auto' });
    expect(protocol).to.deep.equal({ name: 'protocol', outcome: 'good', message: 'the host speaks v1' });
  });

  it('reports a configured protocol that the host does not offer', async () => {
    nock(US).get(SETTINGS).reply(200, KNOWN).post(V1).reply(404);
    expect(summary(await checked({ protocol: 'v1' }))).to.include('protocol: bad');
  });
});
