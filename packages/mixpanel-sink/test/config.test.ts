import { mixpanelSink } from '@sluice/mixpanel-sink';
import { expect } from 'chai';
import { hostOf } from '#src/host.js';

const ACCOUNT = { username: 'exporter.1a2b', secret: 's3cret', projectId: '12' };

function problemsOf(options: object): readonly string[] {
  const result = mixpanelSink.config.safeParse({ projectToken: 'token-1', ...options });
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the options of the mixpanel sink', () => {
  it('have defaults, except for the credentials', () => {
    expect(JSON.parse(JSON.stringify(mixpanelSink.config.parse({ projectToken: ' token-1\n' })))).to.deep.equal({
      host: 'https://api.mixpanel.com',
      projectToken: '[redacted]',
      longTexts: 'leave',
      allowInsecure: false,
      gzip: true,
      connectTimeout: 10_000,
      requestTimeout: 60_000,
    });
  });

  it('need either a token or a service account', () => {
    expect(problemsOf({ projectToken: undefined })).to.deep.equal([
      'projectToken: missing credentials: set either projectToken or serviceAccount',
    ]);
    expect(problemsOf({ serviceAccount: ACCOUNT })).to.deep.equal([
      'projectToken: duplicate credentials: set either projectToken or serviceAccount',
    ]);
    expect(problemsOf({ projectToken: undefined, serviceAccount: ACCOUNT })).to.deep.equal([]);
    expect(
      problemsOf({ projectToken: undefined, serviceAccount: { ...ACCOUNT, projectId: 'my project' } })[0],
    ).to.include('serviceAccount.projectId: ');
  });

  it('refuse white space within a secret, without printing it', () => {
    const problems = problemsOf({ projectToken: 'token with space' });
    expect(problems).to.have.lengthOf(1);
    expect(problems[0]).to.include('projectToken: ').and.not.include('with space');
  });

  it('refuse http to another machine unless it is allowed', () => {
    expect(problemsOf({ host: 'http://mixpanel.internal' })).to.deep.equal([
      'host: the credentials would travel unencrypted: use https, or set allowInsecure: true on a network you trust',
    ]);
    expect(problemsOf({ host: 'http://mixpanel.internal', allowInsecure: true })).to.deep.equal([]);
    expect(problemsOf({ host: 'http://127.0.0.1:8000' })).to.deep.equal([]);
  });

  for (const [written, host] of [
    ['us', 'https://api.mixpanel.com'],
    [' EU ', 'https://api-eu.mixpanel.com'],
    ['in', 'https://api-in.mixpanel.com'],
    ['https://api-eu.mixpanel.com/', 'https://api-eu.mixpanel.com'],
    ['https://api.mixpanel.com/import', 'https://api.mixpanel.com'],
    ['https://eu.mixpanel.com/project/12/view/34/app/home', 'https://api-eu.mixpanel.com'],
    ['mixpanel.com', 'https://api.mixpanel.com'],
    ['https://proxy.example.com/mp/', 'https://proxy.example.com/mp'],
    ['http://localhost:8000', 'http://localhost:8000'],
    ['uk', undefined],
    ['api.mixpanel.com', undefined],
    ['https://user:pw@api.mixpanel.com', undefined],
    ['https://user@api.mixpanel.com', undefined],
    ['https://api.mixpanel.com/import?strict=1', undefined],
    ['ftp://api.mixpanel.com', undefined],
  ] as const) {
    it(`${host === undefined ? 'refuse' : 'take'} ${written} as host`, () => {
      expect(hostOf(written)).to.equal(host);
    });
  }
});
