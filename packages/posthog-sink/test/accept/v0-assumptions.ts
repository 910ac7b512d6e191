import { compress } from '@sluice/adapter-kit';
import { held, untold, type Assumption } from './assumption.js';
import { eventsOf, lost, rowCount, seenAnswer, storedAt, storedNow, whenStored } from './judging.js';
import type { Lab } from './lab.js';
import { PATHS } from '#src/posthog-request.js';

const HOUR_MS = 3_600_000;
/** PostHog's parser stops at 128 levels. */
const TOO_DEEP = 130;

/** Refused by v0 with 400, with the valid event beside it. */
function refusedWithItsRequest(
  id: string,
  says: string,
  spoil: (event: ReturnType<Lab['event']>) => string,
): Assumption {
  return {
    id,
    says,
    probe: async (lab) => {
      const good = lab.event(id);
      const bad = spoil(lab.event(id));
      const batch = `{"api_key":${JSON.stringify(lab.api.key)},"batch":[${JSON.stringify(good)},${bad}]}`;
      const answer = await lab.raw(batch);
      return lost(good.uuid, answer, answer.status === 400);
    },
  };
}

/** How v0 takes events. */
export const V0_ASSUMPTIONS: readonly Assumption[] = [
  {
    id: 'batch-v0',
    says: 'v0 answers 200 `{"status":"Ok"}` to a batch and stores its events.',
    probe: async (lab) => {
      const event = lab.event('batch-v0');
      const answer = await lab.v0([event]);
      lab.expected.add(event.uuid);
      const isOk = answer.status === 200 && /"status":\s*("Ok"|1)/i.test(answer.body);
      return isOk ? rowCount(event.uuid, 1, answer) : () => held(false, seenAnswer(answer));
    },
  },
  {
    id: 'gzip-is-taken',
    says: 'A body may be compressed with gzip.',
    probe: async (lab) => {
      const event = lab.event('gzip-is-taken');
      const body = await compress(Buffer.from(JSON.stringify({ api_key: lab.api.key, batch: [event] })));
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      const answer = await lab.api.post(PATHS.ordinary.v0, { headers, body });
      lab.expected.add(event.uuid);
      return rowCount(event.uuid, 1, answer);
    },
  },
  refusedWithItsRequest(
    'bad-event-refuses-request',
    'One bad event makes v0 refuse the whole request with 400.',
    (event) => JSON.stringify({ ...event, timestamp: 1 }),
  ),
  refusedWithItsRequest('invalid-uuid-is-refused', 'v0 refuses a uuid that is not a UUID.', (event) =>
    JSON.stringify({ ...event, uuid: 'trace-1' }),
  ),
  refusedWithItsRequest('lone-surrogate-is-refused', "PostHog's parser refuses a lone surrogate.", (event) =>
    JSON.stringify({ ...event, properties: { ...event.properties, sluice_acceptance_value: '\ud800' } }),
  ),
  refusedWithItsRequest('depth-is-refused', "PostHog's parser refuses values nested over 128 levels.", (event) =>
    JSON.stringify(event).replace(/}}$/, `,"deep":${'['.repeat(TOO_DEEP)}${']'.repeat(TOO_DEEP)}}}`),
  ),
  {
    id: 'timestamp-kept-v0',
    says: 'Without `sent_at`, v0 stores a timestamp as it was sent.',
    probe: async (lab) => {
      const time = lab.now - 5_400_123;
      const event = lab.event('timestamp-kept-v0', { timestamp: new Date(time).toISOString() });
      await lab.v0([event]);
      lab.expected.add(event.uuid);
      return storedAt(event.uuid, time);
    },
  },
  {
    id: 'future-timestamp-moves',
    says: 'A timestamp more than 23 hours ahead becomes the time of the request.',
    probe: async (lab) => {
      const timestamp = new Date(lab.now + 48 * HOUR_MS).toISOString();
      const event = lab.event('future-timestamp-moves', { timestamp });
      await lab.v0([event]);
      lab.expected.add(event.uuid);
      return storedNow(event.uuid, lab.now, timestamp);
    },
  },
  {
    id: 'unreadable-timestamp-moves',
    says: 'v0 takes its own time for a timestamp that it cannot read.',
    probe: async (lab) => {
      const event = lab.event('unreadable-timestamp-moves', { timestamp: 'some day' });
      const answer = await lab.v0([event]);
      if (answer.status === 200) lab.expected.add(event.uuid);
      return answer.status === 200 ? storedNow(event.uuid, lab.now, 'some day') : () => held(false, seenAnswer(answer));
    },
  },
  {
    id: 'long-id-is-cut-v0',
    says: 'v0 cuts a distinct id to 200 characters.',
    probe: async (lab) => {
      const id = `${lab.uuid()}-`.repeat(7);
      const event = lab.event('long-id-is-cut-v0', { distinct_id: id });
      await lab.v0([event]);
      lab.expected.add(event.uuid);
      return whenStored(event.uuid, ({ distinctId }) =>
        held(distinctId === id.slice(0, 200), `sent ${id.length} characters, stored ${distinctId.length}`),
      );
    },
  },
  {
    id: 'large-event-is-lost',
    says: 'An event over 1,000,000 bytes in its own encoding is not stored.',
    probe: async (lab) => {
      const event = lab.event('large-event-is-lost', { properties: { filler: 'x'.repeat(1_100_000) } });
      const answer = await lab.v0([event]);
      return rowCount(event.uuid, 0, answer);
    },
  },
  {
    id: 'event-of-900-kb',
    says: 'An event of nearly 900,000 bytes in its own encoding is stored.',
    probe: async (lab) => {
      const event = lab.event('event-of-900-kb', { properties: { filler: 'x'.repeat(890_000) } });
      const answer = await lab.v0([event]);
      lab.expected.add(event.uuid);
      return rowCount(event.uuid, 1, answer);
    },
  },
  {
    id: 'geoip-off',
    says: '`$geoip_disable` keeps the place of this machine off the event.',
    probe: async (lab) => {
      const event = lab.event('geoip-off');
      await lab.v0([event]);
      lab.expected.add(event.uuid);
      return whenStored(event.uuid, ({ country }) => held(country === undefined, `country: ${country ?? 'none'}`));
    },
  },
  {
    id: 'session-of-uuid',
    says: 'Events with a UUID of version 7 as `$session_id` make a session.',
    probe: async (lab) => {
      const event = lab.event('session-of-uuid', {
        timestamp: new Date(lab.now).toISOString(),
        properties: { $session_id: lab.session },
      });
      await lab.v0([event]);
      lab.expected.add(event.uuid);
      return (stored) => {
        const isThere = eventsOf(stored, event.uuid).length > 0;
        const seen = `the event is ${isThere ? '' : 'not '}there, the session is ${stored.hasSession ? '' : 'not '}there`;
        return stored.hasSession || stored.isComplete ? held(stored.hasSession, seen) : untold(seen);
      };
    },
  },
];
