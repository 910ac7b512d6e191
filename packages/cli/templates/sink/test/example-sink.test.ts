import { RefusedError } from '@sluice/core/adapter';
import { anAdapterContext, describeSink, destinationDouble, someEvents } from '@sluice/testkit';
import { expect } from 'chai';
import nock from 'nock';
import { exampleSink } from '../src/example-sink.js';

const HOST = 'https://api.example.com';
const KEY = 'a-key-for-tests';
/** A standard event. */
const EVENT = { time: '2026-01-15T09:00:00.000Z', user: 'user-1' };

function aSink() {
  const config = exampleSink.config.parse({ host: HOST, apiKey: KEY, gzip: false });
  return exampleSink.create(config, anAdapterContext());
}

/** The ids of the events in a request, as the destination reads them. Next: read them where `encode` writes them. */
function idsIn(body: unknown): readonly string[] {
  return Array.isArray(body) ? body.flatMap((event: { readonly uuid?: string }) => event.uuid ?? []) : [];
}

before(() => nock.disableNetConnect());
after(() => nock.enableNetConnect());
afterEach(() => nock.cleanAll());

describeSink({
  name: 'the Example sink',
  create: async () => {
    const double = destinationDouble<[number, string]>({
      answer: () => [200, '{}'],
      refusal: (quote) => [403, quote],
    });
    const scope = nock(HOST).persist();
    scope.get(/.*/u).reply(async () => double.answer([], KEY));
    scope.post(/.*/u).reply(async (_uri, body) => double.answer(idsIn(body), `${KEY} ${JSON.stringify(body)}`));
    return {
      sink: aSink(),
      events: (count) => someEvents(count, EVENT),
      receivedUuids: async () => double.received,
      secrets: [KEY],
      destination: double.faults,
      dispose: async () => nock.cleanAll(),
    };
  },
});

describe('the Example sink', () => {
  it('does not open with a key that is refused', async () => {
    for (const method of ['get', 'post'] as const) nock(HOST).persist()[method](/.*/u).reply(401);
    const sink = aSink();
    const error = await sink.open().catch((thrown: unknown) => thrown);
    await sink.close();
    expect(error, 'next: write `check` in src/example-sink.ts').to.be.instanceOf(RefusedError);
  });
});
