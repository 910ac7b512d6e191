/** The fields of results that hold an instant. Programs read times as ISO 8601. */
const INSTANTS: ReadonlySet<string> = new Set([
  'at',
  'before',
  'createdBefore',
  'due',
  'eventFrom',
  'exportedUntil',
  'finishedAt',
  'firstHour',
  'followedUntil',
  'from',
  'handover',
  'hour',
  'lastHour',
  'nextRun',
  'plannedAt',
  'settlesAt',
  'since',
  'start',
  'startedAt',
  'to',
  'until',
]);

/** A result as programs read it, with its instants as ISO 8601. Not for records and events, whose fields are their own. */
export function withIsoTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withIsoTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      INSTANTS.has(name) && typeof each === 'number' ? new Date(each).toISOString() : withIsoTimes(each),
    ]),
  );
}
