import { httpOptions, httpSink, Unsendable } from '@sluice/adapter-kit';
import { secretText } from '@sluice/core/adapter';
import { STANDARD_FIELDS } from '@sluice/core/sink';
import { z } from 'zod';

/** The options under `with:` in a pipeline file. */
const config = z.strictObject({
  host: z.url().default('https://api.example.com').describe('Where Example takes events.'),
  apiKey: secretText().describe('The key of the project.'),
  ...httpOptions,
});

/** Delivers events to Example. `npm test` says what is missing. */
export const exampleSink = httpSink({
  type: 'sluice-example-sink',
  name: 'Example',
  doc: 'Delivers events to Example.',
  config,
  setup: [
    {
      option: 'apiKey',
      label: 'Key',
      help: 'the key of the project',
      variable: 'API_KEY',
      sensitive: true,
      example: 'a-key',
    },
  ],
  // With the standard fields, a mapping for any sink serves this one.
  eventSchema: { fields: STANDARD_FIELDS, identity: [{ field: 'uuid' }] },
  // What Example does with an event that it has: `replace` it, `ignore` the repeat (within a time?), or `add` it again.
  repeats: { effect: 'add' },
  request: ({ host, apiKey }) => ({
    url: host,
    path: '/events',
    auth: { bearer: apiKey },
    body: 'array',
    limits: { maxEvents: 500, maxBytes: 1_000_000 },
  }),
  // An event has `event` (its name), `uuid`, and the standard fields: time, user, session, groups, properties.
  encode: () => new Unsendable('not-written', 'next: write `encode` in src/example-sink.ts'),
  // If Example answers for each event, write `receipt`, and give `answersForEach` to the double in the test.
  // If Example can say whether the key is right without an event, write `check`.
});
