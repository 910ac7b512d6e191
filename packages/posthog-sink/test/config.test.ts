import { posthogSink } from '@sluice/posthog-sink';
import { expect } from 'chai';
import { normaliseHost } from '#src/host.js';

const KEY = 'phc_testkey1234567890';

function problemsOf(options: object): readonly string[] {
  const result = posthogSink.config.safeParse({ apiKey: KEY, ...options });
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the options of the posthog sink', () => {
  it('have defaults, except for the key', () => {
    const config = posthogSink.config.parse({ apiKey: ` ${KEY}\n` });
    expect(JSON.parse(JSON.stringify(config))).to.deep.equal({
      host: { kind: 'host', url: 'https://us.i.posthog.com' },
      apiKey: '[redacted]',
      protocol: 'auto',
      gzip: true,
      shorten: [],
      allowInsecure: false,
      connectTimeout: 10_000,
      requestTimeout: 60_000,
    });
  });

  for (const [key, word] of [
    ['phx_personal', 'personal'],
    ['phs_secret', 'secret key'],
    ['something', 'begins with phc_'],
    ['phc_with space', 'without spaces'],
    ['https://eu.i.posthog.com', 'are host and apiKey swapped?'],
  ] as const) {
    it(`refuse ${key.slice(0, 4)}… without printing it`, () => {
      const problems = problemsOf({ apiKey: key });
      expect(problems).to.have.lengthOf(1);
      expect(problems[0]).to.include('apiKey: ').and.include(word).and.not.include(key);
    });
  }

  it('take durations with their units', () => {
    expect(posthogSink.config.parse({ apiKey: KEY, requestTimeout: '2m' }).requestTimeout).to.equal(120_000);
    expect(problemsOf({ requestTimeout: '0s' })).to.have.lengthOf(1);
    expect(problemsOf({ requestTimeout: '30' })).to.have.lengthOf(1);
  });

  it('refuse unknown names', () => {
    expect(problemsOf({ hots: 'x' })).to.have.lengthOf(1);
  });

  it('refuse http to another machine unless it is allowed', () => {
    expect(problemsOf({ host: 'http://posthog.internal' })[0]).to.include('host: ');
    expect(problemsOf({ host: 'http://posthog.internal', allowInsecure: true })).to.deep.equal([]);
    expect(problemsOf({ host: 'http://127.0.0.1:8000' })).to.deep.equal([]);
    expect(problemsOf({ host: 'http://localhost:8000' })).to.deep.equal([]);
  });
});

describe('the host in a pipeline file', () => {
  for (const [written, url, isRepaired] of [
    ['https://us.i.posthog.com', 'https://us.i.posthog.com', false],
    ['https://us.i.posthog.com/', 'https://us.i.posthog.com', false],
    ['https://app.posthog.com', 'https://us.i.posthog.com', true],
    ['https://us.posthog.com/project/123/settings', 'https://us.i.posthog.com', true],
    ['eu.posthog.com', 'https://eu.i.posthog.com', true],
    ['https://ph.example.com/project/1', 'https://ph.example.com', true],
    ['https://ph.example.com/batch/', 'https://ph.example.com', true],
    ['https://example.com/ingest/', 'https://example.com/ingest', false],
    ['localhost:8000', 'http://localhost:8000', true],
    ['ph.example.com', 'https://ph.example.com', true],
    ['posthog:8000', 'https://posthog:8000', true],
    ['eu', 'https://eu.i.posthog.com', true],
    ['US', 'https://us.i.posthog.com', true],
  ] as const) {
    it(`takes ${written} as ${url}`, () => {
      const host = normaliseHost(written);
      expect(host).to.include({ kind: 'host', url });
      expect('notice' in host).to.equal(isRepaired);
    });
  }

  for (const written of [
    '',
    'ftp://example.com',
    'de',
    'https://user:secret@example.com',
    'https://posthog.com',
    'https://',
    'https:/eu.i.posthog.com',
    'https//eu.i.posthog.com',
    'http:/ph.example.com/ingest',
    'phc_secret',
    'https://phc_secret',
    'https://us.i.posthog.com/phc_secret',
    '"https://us.i.posthog.com"',
    "'https://us.i.posthog.com'",
    '`https://us.i.posthog.com`',
    '“https://us.i.posthog.com”',
  ]) {
    it(`refuses ${written === '' ? 'nothing' : written.replace('secret', '…')}`, () => {
      const host = normaliseHost(written);
      expect(host.kind).to.equal('problem');
      expect(JSON.stringify(host)).to.not.include('secret');
    });
  }
});
