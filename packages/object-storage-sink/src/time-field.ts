import { isMapDescription, type EventDescription } from '@sluice/core/sink';

/** The usual names of the field that says when an event happened: of a standard event, and of PostHog's. */
const USUAL = ['time', 'timestamp'];

/**
 * Finds the field that says when an event happened: `time` or `timestamp` if the mapping makes a time of it, else the first
 * field that is a time.
 */
export function timeField(events: readonly EventDescription[]): (event: string) => string {
  const known = new Map(
    events.map(({ event, fields }) => {
      const times = Object.entries(fields).filter(
        ([, field]) => !isMapDescription(field) && field.type === 'timestamp',
      );
      const names = times.map(([name]) => name);
      return [event, USUAL.find((name) => names.includes(name)) ?? names[0]];
    }),
  );
  return (event) => known.get(event) ?? 'time';
}
