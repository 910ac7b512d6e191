import { held, untold, type Assumption, type Judge } from './assumption.js';
import { eventsOf, seenAnswer, storedAt } from './judging.js';
import { tagOf, wordOf, type Lab } from './lab.js';

/** A probe of v1, on a host that offers it. */
function v1(id: string, says: string, probe: (lab: Lab, id: string) => Promise<Judge>): Assumption {
  return {
    id,
    says,
    probe: async (lab) => (lab.offersV1 ? probe(lab, id) : () => untold('the host does not offer v1')),
  };
}

/** Of an event that v1 takes or drops by itself. */
async function wordFor(lab: Lab, event: ReturnType<Lab['event']>): Promise<string> {
  const { result, details } = wordOf(await lab.v1([event]), event.uuid);
  return details === '' ? result : `${result} (${details})`;
}

/** How v1 takes events. */
export const V1_ASSUMPTIONS: readonly Assumption[] = [
  v1('empty-batch-v1', 'v1 answers 400 with the tag `empty_batch` to a batch without events.', async (lab) => {
    const answer = await lab.v1([]);
    return () => held(answer.status === 400 && tagOf(answer) === 'empty_batch', seenAnswer(answer));
  }),
  v1('result-per-event', 'v1 answers for each event, and drops a bad one by itself.', async (lab, id) => {
    const good = lab.event(id);
    const bad = lab.event(id, { timestamp: 'some day' });
    const answer = await lab.v1([good, bad]);
    lab.expected.add(good.uuid);
    const words = [wordOf(answer, good.uuid), wordOf(answer, bad.uuid)];
    const isHeld = words[0]?.result === 'ok' && words[1]?.result === 'drop';
    const seen = words.map(({ result, details }) => `${result} ${details}`.trim()).join(', ');
    return (stored) => {
      const isStored = eventsOf(stored, good.uuid).length > 0;
      const whole = `${seen}; the good one is ${isStored ? '' : 'not '}stored`;
      return isHeld && !isStored && !stored.isComplete ? untold(whole) : held(isHeld && isStored, whole);
    };
  }),
  v1(
    'timestamp-kept-v1',
    'With `disable_skew_correction`, v1 stores a timestamp as it was sent, whatever the time of the request.',
    async (lab, id) => {
      const time = lab.now - 5_400_123;
      const event = lab.event(id, { timestamp: new Date(time).toISOString() });
      await lab.v1([event]);
      lab.expected.add(event.uuid);
      return storedAt(event.uuid, time);
    },
  ),
  v1('same-event-on-both', 'An event is the same on both protocols.', async (lab, id) => {
    const event = lab.event(id);
    await lab.v0([event]);
    await lab.v1([event]);
    lab.expected.add(event.uuid);
    return (stored) => {
      const { length } = eventsOf(stored, event.uuid);
      if (length === 1) return held(true, '1 stored');
      return untold(length === 0 ? 'the event is not stored' : `${length} stored; PostHog has not merged them yet`);
    };
  }),
  v1('long-id-is-dropped-v1', 'v1 drops an event whose distinct id has more than 200 bytes.', async (lab, id) => {
    const word = await wordFor(lab, lab.event(id, { distinct_id: `${lab.uuid()}-`.repeat(7) }));
    return () => held(word.startsWith('drop'), word);
  }),
  v1('long-name-is-dropped-v1', 'v1 drops an event whose name has more than 200 bytes.', async (lab, id) => {
    const word = await wordFor(lab, lab.event(id, { event: 'sluice acceptance probe '.repeat(10) }));
    return () => held(word.startsWith('drop'), word);
  }),
  v1(
    'nobody-gets-no-person-v1',
    'An id that stands for nobody, such as `guest`, gets no person in v1: the event is stored without one, or dropped.',
    async (lab, id) => {
      const properties = {
        $set: { sluice_acceptance_run: lab.run, sluice_acceptance_probe: id },
        $process_person_profile: true,
      };
      const word = await wordFor(lab, lab.event(id, { distinct_id: 'guest', properties }));
      return (stored) => {
        const hasPerson = stored.persons.has(id);
        if (!hasPerson && !stored.isComplete) return untold(`${word}; not every event has arrived`);
        return held(!hasPerson, `${word}; ${hasPerson ? 'a person exists' : 'no person'}`);
      };
    },
  ),
];
