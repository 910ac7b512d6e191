import { acceptedAll, httpOptions, httpSink, isObject, jsonObject, Unsendable } from '@sluice/adapter-kit';
import { secretText } from '@sluice/core/adapter';
import { STANDARD_FIELDS, type Outcome } from '@sluice/core/sink';
import { z } from 'zod';

const config = z.strictObject({
  host: z.url().default('https://api2.amplitude.com').describe('Where Amplitude takes events in.'),
  apiKey: secretText().describe("The project's API key."),
  ...httpOptions,
});

/** https://amplitude.com/docs/apis/analytics/batch-event-upload */
export const amplitudeLikeSink = httpSink({
  type: 'amplitude-like',
  name: 'Amplitude',
  doc: 'Delivers events to Amplitude.',
  config,
  eventSchema: { fields: STANDARD_FIELDS, identity: [{ field: 'uuid' }] },
  repeats: { effect: 'ignore', withinMs: 7 * 86_400_000 },
  request: ({ host, apiKey }) => ({
    url: host,
    path: '/batch',
    body: { list: 'events', fields: { api_key: apiKey, options: { min_id_length: 1 } } },
    limits: { maxEvents: 2_000, maxBytes: 20_000_000 },
  }),
  encode: (event) => {
    if (typeof event['user'] !== 'string') return new Unsendable('no-user', 'Amplitude needs a user for every event');
    return {
      event_type: event.event,
      insert_id: event.uuid,
      user_id: event['user'],
      time: Date.parse(String(event['time'])),
      event_properties: event['properties'] ?? {},
    };
  },
  receipt: (answer, events) => {
    const invalid = answer.status === 400 ? jsonObject(answer)?.['events_with_invalid_fields'] : undefined;
    if (!isObject(invalid)) return answer.status === 200 ? acceptedAll(events) : undefined;
    // Amplitude takes none of the request then: the others are sent again.
    return events.map((_, index): Outcome => {
      const field = Object.keys(invalid).find((name) => Array(invalid[name]).flat().includes(index));
      if (field === undefined) return { kind: 'retry' };
      return { kind: 'rejected', reason: 'invalid-field', detail: `Amplitude refuses the value of ${field}` };
    });
  },
  statuses: { 429: { means: 'retry', advice: 'too many events of one user or device' } },
});
