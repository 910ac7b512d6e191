/** Events of a run, oldest and newest timestamps included; the probes stay within three days of now. */
export const EVENTS_QUERY = `SELECT uuid, event, distinct_id, timestamp, properties.sluice_acceptance_value, properties.$geoip_country_code
FROM events
WHERE properties.sluice_acceptance_run = {run}
  AND timestamp > now() - INTERVAL 7 DAY AND timestamp < now() + INTERVAL 7 DAY
LIMIT 1000`;

/** The persons that a run made. */
export const PERSONS_QUERY = `SELECT properties.sluice_acceptance_probe, properties.sluice_acceptance_value
FROM persons
WHERE properties.sluice_acceptance_run = {run}
LIMIT 100`;

/** The groups that a run made. */
export const GROUPS_QUERY = `SELECT key
FROM groups
WHERE properties.sluice_acceptance_run = {run}
LIMIT 100`;

export const SESSIONS_QUERY = `SELECT session_id
FROM sessions
WHERE session_id = {session}
LIMIT 1`;
