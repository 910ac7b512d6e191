import type { ArrivalRange, ArrivedHour } from '../../contracts/arrivals.js';
import { HOUR_MS, hourOf } from '../../contracts/digest.js';
import { eventsOf, isAhead, nameOf, type ExpectedHour, type ExpectedHoursOptions } from './expected-hours.js';
import { MissingBuilder, type MissingHour } from './missing-hour.js';
import type { QueryBudget } from './query-budget.js';
import { rangesFor, type RecordRange } from './record-ranges.js';

export interface ComparedHours {
  /** Without those that are unexamined. */
  readonly expected: readonly ExpectedHour[];
  readonly missing: readonly MissingHour[];
  /** Hours that differ, and whose uuids were not compared because no query was left. */
  readonly unexamined: readonly Pick<ArrivedHour, 'hour' | 'event'>[];
}

export interface CompareOptions extends ExpectedHoursOptions {
  /** The records whose events may be in the hours. */
  readonly ranges: readonly RecordRange[];
  /** The keys of the records of a stream that changed since they were exported: the next run sends them again. */
  readonly pending: (stream: string) => Promise<ReadonlySet<string>>;
  readonly budget: QueryBudget;
}

/**
 * Compares some hours of event time: by counts and checksums, and where they differ by the uuids. Undefined when no query is
 * left for them.
 */
export async function compareArrivals(
  { from, until }: ArrivalRange,
  expected: readonly ExpectedHour[],
  options: CompareOptions,
): Promise<ComparedHours | undefined> {
  if (expected.length === 0) return { expected, missing: [], unexamined: [] };
  const events = [...new Set(expected.map(({ event }) => event))];
  const counted = await options.budget.spend((arrivals, call) => arrivals.hours({ from, until, events }, call));
  if (counted === undefined) return undefined;
  const arrived = new Map(counted.map((each) => [nameOf(each), each]));
  const found = new Map<string, ReadonlySet<string>>();
  const unexamined = new Set<ExpectedHour>();
  for (const each of expected) {
    const { hour, event, sums } = each;
    const there = arrived.get(nameOf(each));
    if (there?.uuids === each.expected && there.sums !== undefined && sums.equals(there.sums)) continue;
    const uuids = there === undefined ? NONE : await options.budget.uuids(event, hour, hour + HOUR_MS);
    if (uuids === undefined) unexamined.add(each);
    else found.set(nameOf(each), uuids);
  }
  const missing =
    found.size === 0 ? [] : await missingIn(found, { ...options, ranges: rangesFor(options.ranges, from) });
  return {
    expected: expected.filter((each) => !unexamined.has(each)),
    missing,
    unexamined: [...unexamined].map(({ hour, event }) => ({ hour, event })),
  };
}

const NONE: ReadonlySet<string> = new Set();

/**
 * The events whose uuids were not found, of the hours in `found`. Reads the records again. A record that has changed
 * meanwhile may make other events now than it made when it was exported.
 */
async function missingIn(
  found: ReadonlyMap<string, ReadonlySet<string>>,
  options: CompareOptions,
): Promise<readonly MissingHour[]> {
  const hours = new Map([...found.keys()].map((name) => [name, new MissingBuilder()]));
  for await (const each of eventsOf(options.ranges, options)) {
    const name = nameOf({ hour: hourOf(each.time), event: each.event });
    const there = found.get(name);
    if (there === undefined || isAhead(each)) continue;
    const isMissing = !there.has(each.uuid) && !(await options.pending(each.stream)).has(each.key);
    hours.get(name)?.add(each, isMissing);
  }
  return [...hours.values()].flatMap((each) => each.built());
}
