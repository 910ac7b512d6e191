import { httpOptions, httpSink, jsonObject, Unsendable } from '@sluice/adapter-kit';
import { secretText } from '@sluice/core/adapter';
import { STANDARD_FIELDS, type Outcome } from '@sluice/core/sink';
import { z } from 'zod';

const config = z.strictObject({
  host: z.url().default('https://api.acme.example').describe('Where Acme takes events.'),
  apiKey: secretText().describe('The key of the project.'),
  ...httpOptions,
});

/** For every event that Acme has read: `ok`, or why it is refused. */
const results = z.object({ results: z.record(z.string(), z.string()) });

export const acmeSink = httpSink({
  type: '@acme/sluice-acme',
  name: 'Acme',
  doc: 'Delivers events to Acme.',
  config,
  eventSchema: { fields: STANDARD_FIELDS, identity: [{ field: 'uuid' }] },
  repeats: { effect: 'ignore', withinMs: 7 * 86_400_000 },
  request: ({ host, apiKey }) => ({
    url: host,
    path: '/batch',
    auth: { bearer: apiKey },
    body: { list: 'events' },
    limits: { maxEvents: 500, maxBytes: 1_000_000 },
  }),
  encode: ({ event, uuid, time, user, properties }) => {
    if (typeof user !== 'string') return new Unsendable('no-user', 'Acme needs a user for every event');
    return { id: uuid, name: event, user, at: time ?? null, data: properties ?? {} };
  },
  receipt: (answer, events) => {
    if (answer.status !== 200) return undefined;
    const found = results.safeParse(jsonObject(answer)).data?.results ?? {};
    return events.map(({ uuid }): Outcome | undefined => {
      const result = found[uuid];
      if (result === undefined) return undefined;
      if (result === 'ok') return { kind: 'accepted', assurance: 'event' };
      return { kind: 'rejected', reason: 'refused', detail: `Acme refuses the event: ${result}` };
    });
  },
  check: async (ask, _config, fail) => {
    const answer = await ask({ path: '/key' });
    if (answer.status !== 200) throw fail(answer);
    return 'Acme knows the key';
  },
});

export { acmeSink as definition };
