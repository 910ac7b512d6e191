import { expect } from 'chai';
import { redirectError } from '#src/redirect-error.js';

const PEER = { name: 'PostHog', addressOption: 'host' };
const ASKED = 'https://ph.example.com/ingest/batch/';

describe('a redirect', () => {
  for (const [what, location, way, advice] of [
    ['takes the slash off', '/ingest/batch', '/ingest/batch/ → /ingest/batch', 'pass /ingest/batch/ on unchanged'],
    ['does so with an absolute address', 'https://ph.example.com/ingest/batch', '/ingest/batch/ →', 'on unchanged'],
    ['is relative', '../batch', '/ingest/batch/ → /ingest/batch', 'on unchanged'],
    ['leads to itself', '/ingest/batch/', '/ingest/batch/ → /ingest/batch/', 'redirects requests to the same address'],
    ['leads to itself with a query', '?again=1', '→ /ingest/batch/', 'redirects requests to the same address'],
    [
      'leads to another host',
      'https://eu.example.com/ingest/batch/',
      ASKED,
      'set host to https://eu.example.com/ingest',
    ],
    [
      'leads to another path',
      'https://ph.example.com/posthog/batch',
      '/posthog/batch',
      'set host to https://ph.example.com/posthog',
    ],
    [
      'leads to another port',
      'https://ph.example.com:8443/batch',
      ':8443/batch',
      'set host to https://ph.example.com:8443',
    ],
    [
      'keeps the scheme of the request',
      '//eu.example.com/batch/',
      'https://eu.example.com/batch/',
      'set host to https://eu.example.com',
    ],
    [
      'leads to a sign-in page',
      'https://login.example.com/?next=x',
      '→ https://login.example.com/',
      'address of PostHog itself',
    ],
    ['has no address', undefined, 'without a valid address', 'address of PostHog itself'],
    ['has an invalid address', 'http://:::', 'without a valid address', 'address of PostHog itself'],
  ] as const) {
    it(`that ${what} is refused with advice`, () => {
      const error = redirectError(
        { status: 308, url: ASKED, path: '/batch/', location, contentType: '', body: '' },
        PEER,
      );
      expect(error.refusal).to.equal('restricted');
      expect(error.message).to.include(way).and.to.include(advice).and.to.include('(308)');
    });
  }

  it('to https names the address that host needs', () => {
    const url = 'http://ph.example.com/array/phc_***/config.js';
    const location = 'https://ph.example.com/array/phc_***/config.js';
    const { message } = redirectError(
      { status: 301, url, path: '/array/phc_***/config.js', location, contentType: '', body: '' },
      PEER,
    );
    expect(message).to.match(/: set host to https:\/\/ph\.example\.com$/);
  });

  it('is named without user, password and query of its address', () => {
    const location = 'https://someone:s3cretword@login.example.com/?code=s3cretcode';
    const { message } = redirectError(
      { status: 302, url: ASKED, path: '/batch/', location, contentType: '', body: '' },
      PEER,
    );
    expect(message).to.not.match(/s3cret|someone/);
  });
});
