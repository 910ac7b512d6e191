import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import { isJsonObject } from './json-shape.js';
import type { ReceivedEvent } from './received-event.js';

/** A group of a project, such as one company. */
export interface SimulatedGroup {
  readonly type: string;
  readonly key: string;
  readonly properties: JsonObject;
}

/** Source: PostHog, `group-type-manager.ts`, `MAX_GROUP_TYPES_PER_TEAM`. */
const MAX_TYPES = 5;
/** Source: PostHog, `validate-event-properties.ts`. */
const MAX_KEY_LENGTH = 400;

const IDENTIFY = '$groupidentify';

/** The groups that PostHog makes of events, in the order in which they arrived. */
export class Groups {
  readonly #types: string[] = [];
  readonly #groups = new Map<string, SimulatedGroup>();

  constructor(events: readonly ReceivedEvent[]) {
    for (const event of events) this.#add(event);
  }

  /** The types, by their number. An event that belongs to a group makes the type, but not the group. */
  get types(): readonly string[] {
    return this.#types;
  }

  /** Those that an event `$groupidentify` made. */
  get all(): readonly SimulatedGroup[] {
    return [...this.#groups.values()];
  }

  /** The groups that PostHog's pages count the event for: by type, of the types that the project has. */
  linksOf(event: ReceivedEvent): Readonly<Record<string, string>> {
    const links = linksOf(event).filter(([type]) => this.#types.includes(type));
    return Object.fromEntries(links.map(([type, key]) => [type, text(key)]));
  }

  #add(event: ReceivedEvent): void {
    if (isWithoutPerson(event)) return;
    for (const [type] of linksOf(event)) this.#hasType(type);
    if (event.event !== IDENTIFY) return;
    const { $group_type: type, $group_key: key, $group_set: set } = event.properties;
    if (typeof type !== 'string' || isNothing(type) || isNothing(key) || !this.#hasType(type)) return;
    const id = JSON.stringify([type, text(key)]);
    // By the time of arrival, not of the event: what comes later replaces a value, property by property.
    const properties = { ...this.#groups.get(id)?.properties, ...(isJsonObject(set) ? set : {}) };
    this.#groups.set(id, { type, key: text(key), properties });
  }

  /** Whether the project has the type, or has room for it. */
  #hasType(type: string): boolean {
    if (this.#types.includes(type)) return true;
    if (this.#types.length >= MAX_TYPES) return false;
    this.#types.push(type);
    return true;
  }
}

/** Why PostHog answers that it has accepted an event `$groupidentify`, and drops it; undefined when it does not. */
export function groupWarning(event: ReceivedEvent): string | undefined {
  if (event.event !== IDENTIFY) return undefined;
  const { $group_key: key, $group_set: set = {} } = event.properties;
  if (isWithoutPerson(event)) return 'invalid_event_when_process_person_profile_is_false';
  if (!isNothing(key) && text(key).length > MAX_KEY_LENGTH) return 'group_key_too_long';
  return isJsonObject(set) ? undefined : 'invalid_group_set';
}

function linksOf(event: ReceivedEvent): readonly (readonly [string, JsonValue])[] {
  const groups = event.properties['$groups'];
  return isWithoutPerson(event) || !isJsonObject(groups) ? [] : Object.entries(groups);
}

/** Only a boolean turns the processing of persons and groups off. */
function isWithoutPerson({ properties }: ReceivedEvent): boolean {
  return properties['$process_person_profile'] === false;
}

function isNothing(value: JsonValue | undefined): value is undefined | null | '' | 0 | false {
  return value === undefined || value === null || value === '' || value === 0 || value === false;
}

function text(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
