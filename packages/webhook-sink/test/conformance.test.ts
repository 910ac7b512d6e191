import { describeSink, someEvents } from '@sluice/testkit';
import nock from 'nock';
import { aSink, ORIGIN, PATH } from './a-receiver.js';
import { useNock } from '@sluice/testkit/nock';

describe('a webhook', () => {
  useNock();
  for (const body of ['array', 'object', 'event', 'ndjson', 'cloudevents-batch']) {
    const bodies: string[] = [];
    describeSink({
      name: `WebhookSink with body: ${body}`,
      create: async () => {
        bodies.length = 0;
        nock(ORIGIN).persist().head(PATH).reply(405);
        nock(ORIGIN)
          .persist()
          .post(PATH)
          .reply((_path, sent) => {
            bodies.push(typeof sent === 'string' ? sent : JSON.stringify(sent));
            return [204];
          });
        return {
          sink: aSink({ body }),
          events: (count) => someEvents(count),
          receivedUuids: async () =>
            bodies.flatMap((text) => [...text.matchAll(/"uuid":"(?<uuid>[^"]+)"/g)].map((match) => match[1] ?? '')),
          dispose: async () => {},
        };
      },
    });
  }
});
