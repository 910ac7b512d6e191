/**
 * Property names that PostHog reads as instructions. Sent as properties, they would let data change another person or
 * switch processing off; a mapping sets them by the event's own fields, if at all.
 */
const RESERVED = new Set([
  '$set',
  '$set_once',
  '$unset',
  '$ip',
  '$session_id',
  '$window_id',
  '$process_person_profile',
  '$anon_distinct_id',
  '$user_id',
  '$device_id',
  '$cookieless_mode',
  '$ignore_sent_at',
  '$sent_at',
  '$geoip_disable',
  '$lib',
  '$lib_version',
  '$sluice_cut',
  'token',
  'api_key',
  'distinct_id',
  'offset',
  'capture_internal',
]);

/** The name under which a property is sent: its own, or `mapped_…` where PostHog would read an instruction. */
export function propertyName(name: string): string {
  return RESERVED.has(name) ? `mapped_${name.replace(/^\$/, '')}` : name;
}
