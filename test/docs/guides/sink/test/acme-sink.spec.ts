import { RefusedError } from '@sluice/core/adapter';
import { anAdapterContext, describeSink, destinationDouble, someEvents } from '@sluice/testkit';
import { expect } from 'chai';
import nock from 'nock';
import { acmeSink } from '../src/acme-sink.js';

const HOST = 'https://api.acme.example';
const KEY = 'a-key-for-tests';

function aSink() {
  const config = acmeSink.config.parse({ host: HOST, apiKey: KEY, gzip: false });
  return acmeSink.create(config, anAdapterContext());
}

before(() => nock.disableNetConnect());
after(() => nock.enableNetConnect());
afterEach(() => nock.cleanAll());

describeSink({
  name: 'the Acme sink',
  create: async () => {
    const double = destinationDouble<[number, string]>({
      answersForEach: true,
      answer: ({ taken, refused }) => {
        const results = [...taken.map((id) => [id, 'ok']), ...refused.map((id) => [id, 'no such user'])];
        return [200, JSON.stringify({ results: Object.fromEntries(results) })];
      },
      refusal: (quote) => [403, quote],
    });
    const scope = nock(HOST, { reqheaders: { authorization: `Bearer ${KEY}` } }).persist();
    scope.get('/key').reply(async () => double.answer([], KEY));
    scope.post('/batch').reply(async (_uri, body) => {
      const { events } = body as { readonly events: readonly { readonly id: string }[] };
      return double.answer(
        events.map(({ id }) => id),
        `${KEY} ${JSON.stringify(body)}`,
      );
    });
    return {
      sink: aSink(),
      events: (count) => someEvents(count, { time: '2026-01-15T09:00:00.000Z', user: 'user-1' }),
      receivedUuids: async () => double.received,
      secrets: [KEY],
      destination: double.faults,
      dispose: async () => nock.cleanAll(),
    };
  },
});

describe('the Acme sink', () => {
  it('does not open with a key that is refused', async () => {
    nock(HOST).get('/key').reply(401);
    const sink = aSink();
    const error = await sink.open().catch((thrown: unknown) => thrown);
    await sink.close();
    expect(error).to.be.instanceOf(RefusedError);
  });

  it('rejects an event without a user', () => {
    const [event] = someEvents(1, { user: null });
    expect(event && aSink().encode(event)).to.include({ kind: 'rejected', reason: 'no-user' });
  });
});
