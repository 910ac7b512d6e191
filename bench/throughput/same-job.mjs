import { isDeepStrictEqual } from 'node:util';
import { measureContestant } from './measure/measure-contestant.mjs';

/** Enough for every kind of row. */
const TRACES = 120;

/**
 * Assures that all contestants do the same job: on a small database, each delivers the same events with the same values
 * as the first.
 *
 * @returns {Promise<number>} how many events were compared
 */
export async function assureSameJob(contestants, world) {
  const small = { ...world, ...(await world.newDatabase('same_job', { traces: TRACES })) };
  const delivering = contestants.filter(({ delivers, latencyMs }) => delivers === 'all' && latencyMs === undefined);
  let expected;
  for (const contestant of delivering) {
    await measureContestant({ ...contestant, keepsEvents: true }, small);
    const events = new Map((await world.receiver.events()).map((event) => [uuidOf(event), comparable(event)]));
    expected ??= events;
    for (const [uuid, event] of expected) {
      if (isDeepStrictEqual(events.get(uuid), event)) continue;
      const [first, other] = [event, events.get(uuid)].map((each) => JSON.stringify(each, null, 1));
      throw new Error(`${contestant.name} differs from ${delivering[0].name}:\n${other}\ninstead of\n${first}`);
    }
  }
  return (expected?.size ?? 0) * delivering.length;
}

function uuidOf({ uuid, messageId }) {
  return uuid ?? messageId;
}

/** What a mapping decides, without what a client adds about itself, wherever its protocol puts it. */
function comparable({ event, distinct_id: distinctId, userId, timestamp, session_id: sessionId, options, properties }) {
  const own = Object.entries(properties).filter(([name]) => !name.startsWith('$'));
  return {
    event,
    user: distinctId ?? userId,
    timestamp: new Date(timestamp).toISOString(),
    session: sessionId ?? properties.$session_id,
    isAnonymous: (options?.process_person_profile ?? properties.$process_person_profile) === false,
    set: properties.$set,
    properties: Object.fromEntries(own.toSorted(([first], [second]) => (first < second ? -1 : 1))),
  };
}
