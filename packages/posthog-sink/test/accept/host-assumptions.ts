import { isHtml } from '@sluice/adapter-kit';
import { held, untestable, type Assumption } from './assumption.js';
import { rowCount, seenAnswer, storedAt } from './judging.js';

/** Of the form of a project key, and of no project. */
const UNKNOWN_KEY = 'phc_sluiceacceptanceprobewithoutaproject000000';
const KNOWS_KEY = /_POSTHOG_REMOTE_CONFIG/;

/** About the host, the key and what PostHog does not say. */
export const HOST_ASSUMPTIONS: readonly Assumption[] = [
  {
    id: 'settings-tell-the-key',
    says: 'The public settings (`/array/<key>/config.js`) exist for a known project key only.',
    probe: async ({ api }) => {
      const known = await api.get(`/array/${api.key}/config.js`);
      const unknown = await api.get(`/array/${UNKNOWN_KEY}/config.js`);
      const isKnown = known.status === 200 && KNOWS_KEY.test(known.body);
      const isUnknown = unknown.status !== 200 || !KNOWS_KEY.test(unknown.body);
      return () => held(isKnown && isUnknown, `${known.status} for this key, ${unknown.status} for an unknown one`);
    },
  },
  {
    id: 'unknown-key-is-silent',
    says: 'v0 answers 200 to the events of an unknown key.',
    probe: async (lab) => {
      const answer = await lab.v0([lab.event('unknown-key-is-silent')], { api_key: UNKNOWN_KEY });
      return () => held(answer.status === 200, seenAnswer(answer));
    },
  },
  {
    id: 'answers-have-a-date',
    says: "Every answer has PostHog's clock in its `Date` header.",
    probe: async (lab) => {
      const { date } = await lab.v0([]);
      return () => held(!Number.isNaN(Date.parse(date ?? '')), `Date: ${date ?? 'none'}`);
    },
  },
  {
    id: 'empty-batch-v0',
    says: 'v0 answers 400, without a page, to a batch without events.',
    probe: async (lab) => {
      const answer = await lab.v0([]);
      return () => held(answer.status === 400 && !isHtml(answer), seenAnswer(answer));
    },
  },
  {
    id: 'performance-event-is-silent',
    says: 'v0 answers 200 to `$performance_event` and discards it.',
    probe: async (lab) => {
      const event = lab.event('performance-event-is-silent', { event: '$performance_event' });
      const answer = await lab.v0([event]);
      return answer.status === 200 ? rowCount(event.uuid, 0, answer) : () => held(false, seenAnswer(answer));
    },
  },
  {
    id: 'historical-events',
    says: 'Events of `historical_migration` are stored with their own time.',
    probe: async (lab) => {
      const time = lab.now - 72 * 3_600_000;
      const event = lab.event('historical-events', { timestamp: new Date(time).toISOString() });
      const answer = await lab.v0([event], { historical_migration: true });
      lab.expected.add(event.uuid);
      return answer.status === 200 ? storedAt(event.uuid, time) : () => held(false, seenAnswer(answer));
    },
  },
  untestable(
    'quota-is-silent-v0',
    'v0 answers 200 when the quota is exhausted, and the events are gone; v1 reports each.',
    'a quota cannot be exhausted for a probe',
  ),
  untestable(
    'restriction-is-silent-v0',
    'v0 answers 200 to a restricted event, and it is gone; v1 reports it.',
    'only PostHog restricts events',
  ),
  untestable(
    'old-events-setting',
    'The setting `drop_events_older_than` of a project drops old events silently.',
    'the script changes no setting of the project',
  ),
  untestable(
    'charges',
    'PostHog charges an event without a person as anonymous, and `historical_migration` not at its standard fees.',
    'no API tells what was charged',
  ),
];
