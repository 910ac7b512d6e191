import { held, untold, type Assumption, type Judge } from './assumption.js';
import { eventsOf, seenAnswer } from './judging.js';
import type { Lab } from './lab.js';

const DAY_MS = 86_400_000;

/** Whether the person of a probe exists, once the events have arrived. */
function person(
  id: string,
  judge: (value: string | undefined, exists: boolean) => { isHeld: boolean; seen: string },
): Judge {
  return (stored) => {
    const { isHeld, seen } = judge(stored.persons.get(id), stored.persons.has(id));
    return isHeld || stored.isComplete ? held(isHeld, seen) : untold(`${seen}, but not every event has arrived`);
  };
}

function settingEvent(lab: Lab, id: string, set: object, distinctId: string, profile?: boolean) {
  const properties = {
    $set: { sluice_acceptance_run: lab.run, sluice_acceptance_probe: id, ...set },
    $process_person_profile: profile ?? true,
  };
  const event = lab.event(id, { distinct_id: distinctId, properties });
  lab.expected.add(event.uuid);
  return event;
}

/** What is one event to PostHog, and what is a person. */
export const IDENTITY_ASSUMPTIONS: readonly Assumption[] = [
  {
    id: 'repeat-replaces',
    says: 'Of events with the same UTC day, name, distinct id and uuid, the last one stays once PostHog has merged.',
    probe: async (lab) => {
      const event = lab.event('repeat-replaces');
      for (const value of ['first', 'second']) {
        await lab.v0([{ ...event, properties: { ...event.properties, sluice_acceptance_value: value } }]);
      }
      lab.expected.add(event.uuid);
      return (stored) => {
        const values = eventsOf(stored, event.uuid).map(({ value }) => value);
        const seen = `stored: ${values.join(', ') || 'nothing'}`;
        if (values.length === 1) return held(values[0] === 'second', seen);
        return untold(values.length === 0 ? seen : `${seen}; PostHog has not merged them yet`);
      };
    },
  },
  {
    id: 'another-day-is-another-event',
    says: 'The same event on another UTC day is a second event.',
    probe: async (lab) => {
      const event = lab.event('another-day-is-another-event');
      const earlier = { ...event, timestamp: new Date(Date.parse(event.timestamp) - DAY_MS).toISOString() };
      const answer = await lab.v0([event]);
      await lab.v0([earlier]);
      lab.expected.add(event.uuid);
      return (stored) => {
        const { length } = eventsOf(stored, event.uuid);
        const seen = `answered ${seenAnswer(answer)}; ${length} stored`;
        return length === 2 || stored.isComplete ? held(length === 2, seen) : untold(seen);
      };
    },
  },
  {
    id: 'set-makes-a-person',
    says: '`$set` among the properties creates and updates the person.',
    probe: async (lab) => {
      const id = 'set-makes-a-person';
      await lab.v0([settingEvent(lab, id, { sluice_acceptance_value: 'set' }, lab.uuid())]);
      return person(id, (value) => ({ isHeld: value === 'set', seen: `the person's value: ${value ?? 'none'}` }));
    },
  },
  {
    id: 'set-null-erases',
    says: "A null in `$set` erases the person's value.",
    probe: async (lab) => {
      const id = 'set-null-erases';
      const distinctId = lab.uuid();
      await lab.v0([settingEvent(lab, id, { sluice_acceptance_value: 'set' }, distinctId)]);
      await lab.v0([settingEvent(lab, id, { sluice_acceptance_value: null }, distinctId)]);
      return person(id, (value, exists) => ({
        isHeld: exists && value === undefined,
        seen: exists ? `the person's value: ${value ?? 'none'}` : 'no person',
      }));
    },
  },
  {
    id: 'anonymous-makes-no-person',
    says: '`$process_person_profile: false` makes no person, whatever `$set` says.',
    probe: async (lab) => {
      const id = 'anonymous-makes-no-person';
      await lab.v0([settingEvent(lab, id, {}, lab.uuid(), false)]);
      return (stored) => {
        if (stored.persons.has(id)) return held(false, 'a person exists');
        return stored.isComplete ? held(true, 'no person') : untold('not every event has arrived');
      };
    },
  },
];
