/**
 * Names of properties that Mixpanel reads as instructions: they would change the event's identity, give it to another user
 * or project, hide it or drop it. https://docs.mixpanel.com/docs/data-structure/property-reference/reserved-properties
 */
const RESERVED_PROPERTIES: ReadonlySet<string> = new Set([
  '$anon_id',
  '$bucket',
  '$device_id',
  '$distinct_id',
  '$distinct_ids',
  '$event_name',
  '$identified_id',
  '$ignore',
  '$insert_id',
  '$time',
  '$user_id',
  'bucket',
  'distinct_id',
  'sluice_cut',
  'time',
  'token',
]);

/** Events that join users. https://docs.mixpanel.com/reference/create-identity */
const RESERVED_EVENTS: ReadonlySet<string> = new Set(['$create_alias', '$identify', '$merge']);

/** Pure: the name under which a property is sent: its own, or `mapped_…` where Mixpanel would read an instruction. */
export function propertyName(name: string): string {
  return RESERVED_PROPERTIES.has(name) ? `mapped_${name.replace(/^\$/, '')}` : name;
}

/** Pure: why no event may have a name; undefined if it may. */
export function nameProblem(name: string): { readonly reason: string; readonly detail: string } | undefined {
  if (name.trim() === '') return { reason: 'missing-event-name', detail: 'the event has no name' };
  if (!RESERVED_EVENTS.has(name)) return undefined;
  return { reason: 'reserved-event-name', detail: `Mixpanel joins users by events named ${name}` };
}
