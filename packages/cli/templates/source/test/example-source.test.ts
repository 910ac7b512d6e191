import { RefusedError } from '@sluice/core/adapter';
import { anAdapterContext, describeSource, manualRuntime } from '@sluice/testkit';
import { expect } from 'chai';
import nock from 'nock';
import { exampleSource } from '../src/example-source.js';

const HOST = 'https://api.example.com';
const START = Date.UTC(2026, 0, 10);
const DAY_MS = 86_400_000;
const PAGE_SIZE = 2;

/** The last three have one time: a page ends between them. */
const RECORDS = ['a', 'b', 'c', 'd', 'e'].map((id, index) => ({
  id,
  created_at: new Date(START + Math.min(index, 2) * 3_600_000).toISOString(),
}));

/** The answer of Example to a request for a page. Next: make it what Example's documentation says. */
function answerTo(query: URLSearchParams) {
  const [from, until] = [query.get('from') ?? '', query.get('until') ?? '9'];
  const found = RECORDS.filter(({ created_at: at }) => at >= from && at < until);
  const begin = found.findIndex(({ id }) => id === query.get('after')) + 1;
  const page = found.slice(begin, begin + PAGE_SIZE);
  return { records: page, next: begin + PAGE_SIZE < found.length ? page.at(-1)?.id : undefined };
}

function aSource() {
  const config = exampleSource.config.parse({ host: HOST, token: 'a-token-for-tests' });
  const runtime = manualRuntime({ startAt: START + DAY_MS });
  return exampleSource.create(config, anAdapterContext({ runtime }));
}

before(() => nock.disableNetConnect());
after(() => nock.enableNetConnect());
afterEach(() => nock.cleanAll());

describeSource({
  name: 'the Example source',
  create: async () => {
    const [schema] = exampleSource.streams;
    if (schema === undefined) throw new Error('the source has no stream');
    nock(HOST)
      .persist()
      .get(/.*/u)
      .reply((uri) => [200, JSON.stringify(answerTo(new URL(uri, HOST).searchParams))]);
    return {
      source: aSource(),
      schema,
      from: START,
      until: START + DAY_MS,
      keys: RECORDS.map(({ id }) => id),
      openReads: 'none',
      dispose: async () => nock.cleanAll(),
    };
  },
});

describe('the Example source', () => {
  it('does not open with a token that is refused', async () => {
    nock(HOST).persist().get(/.*/u).reply(401);
    const source = aSource();
    const error = await source.open().catch((thrown: unknown) => thrown);
    await source.close();
    expect(error).to.be.instanceOf(RefusedError);
  });
});
