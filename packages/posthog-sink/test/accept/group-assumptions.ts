import { held, untold, type Assumption, type Judge } from './assumption.js';
import { lost, seenAnswer } from './judging.js';
import type { Lab } from './lab.js';

/** The one type of groups that the script makes: a project has at most five. */
const TYPE = 'sluice_acceptance';

function identifying(lab: Lab, id: string, isAnonymous: boolean) {
  const properties = {
    $group_type: TYPE,
    $group_key: keyOf(lab, id),
    $group_set: { sluice_acceptance_run: lab.run },
    $process_person_profile: !isAnonymous,
  };
  return lab.event(id, { event: '$groupidentify', distinct_id: `$${keyOf(lab, id)}`, properties });
}

function keyOf({ run }: Lab, id: string): string {
  return `${id} ${run}`;
}

/** Whether the group of a probe exists, once the events have arrived. */
function group(key: string, isExpected: boolean): Judge {
  return ({ groups, isComplete }) => {
    const exists = groups.has(key);
    const seen = `${exists ? 'a' : 'no'} group`;
    return exists || isComplete
      ? held(exists === isExpected, seen)
      : untold(`${seen}, but not every event has arrived`);
  };
}

/** What makes a group, and what does not. */
export const GROUP_ASSUMPTIONS: readonly Assumption[] = [
  {
    id: 'groupidentify-makes-a-group',
    says: '`$groupidentify` makes a group.',
    probe: async (lab) => {
      const id = 'groupidentify-makes-a-group';
      const event = identifying(lab, id, false);
      await lab.v0([event]);
      lab.expected.add(event.uuid);
      return group(keyOf(lab, id), true);
    },
  },
  {
    id: 'anonymous-makes-no-group',
    says: 'PostHog answers 200 to `$groupidentify` with `$process_person_profile: false`, and drops it.',
    probe: async (lab) => {
      const event = identifying(lab, 'anonymous-makes-no-group', true);
      const answer = await lab.v0([event]);
      return lost(event.uuid, answer, answer.status === 200);
    },
  },
  {
    id: 'groups-alone-make-no-group',
    says: '`$groups` of an event makes the type, but no group.',
    probe: async (lab) => {
      const id = 'groups-alone-make-no-group';
      const properties = { $groups: { [TYPE]: keyOf(lab, id) }, $process_person_profile: true };
      const event = lab.event(id, { distinct_id: `$${keyOf(lab, id)}`, properties });
      const answer = await lab.v0([event]);
      lab.expected.add(event.uuid);
      return answer.status === 200 ? group(keyOf(lab, id), false) : () => held(false, seenAnswer(answer));
    },
  },
];
