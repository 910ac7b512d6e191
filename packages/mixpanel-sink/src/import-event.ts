import { isObject, Unsendable } from '@sluice/adapter-kit';
import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';
import type { MixpanelSinkConfig } from './config.js';
import { cutText } from './cut-text.js';
import { isInvalidId } from './invalid-ids.js';
import { nameProblem, propertyName } from './reserved-names.js';
import { sizeProblem } from './size-problem.js';
import { wireValue } from './wire-value.js';

const EARLIEST_TIME = Date.UTC(1971, 0, 1);
const INSERT_ID = /^[A-Za-z0-9-]{1,36}$/;

type Entry = readonly [string, JsonValue];

/**
 * Pure: an event as Mixpanel imports it. `time`, `distinct_id`, `$insert_id`, `$user_id` and `session_id` are those of
 * Langfuse's own integration, so that an event that it sent is replaced. https://docs.mixpanel.com/reference/import-events
 */
export function importEvent(
  event: MappedEvent,
  { longTexts }: Pick<MixpanelSinkConfig, 'longTexts'>,
): JsonObject | Unsendable {
  const unnamed = nameProblem(event.event);
  if (unnamed !== undefined) return new Unsendable(unnamed.reason, unnamed.detail);
  if (!INSERT_ID.test(event.uuid) || isInvalidId(event.uuid)) {
    return new Unsendable('invalid-uuid', 'Mixpanel does not accept the uuid as $insert_id');
  }
  const time = typeof event['time'] === 'string' ? Date.parse(event['time']) : Number.NaN;
  if (Number.isNaN(time)) return new Unsendable('invalid-timestamp', 'time is not an ISO 8601 time');
  if (time < EARLIEST_TIME) {
    return new Unsendable('timestamp-too-early', 'Mixpanel refuses times before 1971-01-01');
  }
  const properties = Object.fromEntries([
    ...identityEntries(event, time),
    // Without it, the address of this process would become the place of every user.
    ['ip', 0],
    ...sessionEntries(event['session']),
    ...propertyEntries(event['properties'], longTexts === 'cut'),
    ...namedEntries(event['groups']).map(([name, id]): Entry => [name, wireValue(id, (text) => text)]),
  ]);
  return sizeProblem(properties) ?? { event: event.event, properties };
}

/** `distinct_id` "" is Mixpanel's way to say that there is no user. */
function identityEntries({ user, uuid }: MappedEvent, time: number): readonly Entry[] {
  const isKnown = typeof user === 'string' && !isInvalidId(user);
  const ids: readonly Entry[] = [
    ['time', time],
    ['distinct_id', isKnown ? user : ''],
    ['$insert_id', uuid],
  ];
  return isKnown ? [...ids, ['$user_id', user]] : ids;
}

function sessionEntries(session: JsonValue | undefined): readonly Entry[] {
  return typeof session === 'string' && session !== '' ? [['session_id', session]] : [];
}

/** An `ip` of the mapping is kept: Mixpanel finds the user's place by it. */
function propertyEntries(properties: JsonValue | undefined, isCutting: boolean): readonly Entry[] {
  const cut: string[] = [];
  const entries = namedEntries(properties)
    .filter(([name, value]) => name !== 'ip' || value !== null)
    .map(([name, value]): Entry => {
      let isCut = false;
      const sent = wireValue(value, (text) => {
        const kept = isCutting ? cutText(text) : text;
        isCut ||= kept !== text;
        return kept;
      });
      if (isCut) cut.push(name);
      return [name, sent];
    });
  return cut.length === 0 ? entries : [...entries, ['sluice_cut', cut]];
}

function namedEntries(map: JsonValue | undefined): readonly Entry[] {
  return isObject(map) ? Object.entries(map).map(([name, value]) => [propertyName(name), value]) : [];
}
