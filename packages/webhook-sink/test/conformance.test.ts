import { describeSink, destinationDouble, someEvents } from '@sluice/testkit';
import nock from 'nock';
import { aSink, ORIGIN, PATH, SECRET } from './a-receiver.js';
import { useNock } from '@sluice/testkit/nock';

const TOKEN = 'header-token-1234';

describe('a webhook', () => {
  useNock();
  const bodies = ['array', 'event'].map((body) => ({ body }));
  for (const options of [...bodies, { results: { at: '/results', id: '/id', value: '/result' } }]) {
    describeSink({
      name: `WebhookSink with ${JSON.stringify(options)}`,
      create: async () => {
        const double = destinationDouble<[number, nock.Body]>({
          answersForEach: 'results' in options,
          answer: ({ taken, refused }) => {
            const results = [
              ...refused.map((id) => ({ id, result: 'drop' })),
              ...taken.map((id) => ({ id, result: 'ok' })),
            ];
            return [200, { results }];
          },
          refusal: (quote) => [403, quote],
        });
        const scope = nock(ORIGIN).persist();
        for (const method of ['HEAD', 'POST']) {
          scope.intercept(PATH, method).reply(async function (path, sent) {
            const text = typeof sent === 'string' ? sent : JSON.stringify(sent);
            const uuids = [...text.matchAll(/"uuid":"(?<uuid>[^"]+)"/g)].map((match) => match[1] ?? '');
            return double.answer(uuids, `${path} ${JSON.stringify(this.req.headers)} ${text}`);
          });
        }
        return {
          sink: aSink({ ...options, signingSecrets: [SECRET], secretHeaders: { Authorization: `Bearer ${TOKEN}` } }),
          events: (count) => someEvents(count),
          receivedUuids: async () => double.received,
          secrets: [TOKEN, SECRET, PATH.slice(1)],
          destination: double.faults,
          dispose: async () => nock.cleanAll(),
        };
      },
    });
  }
});
