import type { ArrivedHour } from '../../contracts/arrivals.js';
import { HOUR_MS, hourOf } from '../../contracts/digest.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { Instant } from '../../contracts/value.js';
import { expectedEvents, type ExpectedEventsOptions } from './expected-events.js';
import { MissingBuilder, type MissingHour } from './missing-hour.js';
import type { QueryBudget } from './query-budget.js';
import { UuidSumsBuilder } from './uuid-sums.js';

/** What a sink stores under the time that it was sent with: times that lie further ahead may be replaced by another. */
const FUTURE_MS = HOUR_MS;

/** The events of one name that a destination should have of one hour. */
interface ExpectedHour {
  readonly hour: Instant;
  readonly event: string;
  expected: number;
  readonly sums: UuidSumsBuilder;
}

export interface ComparedHours {
  readonly expected: readonly ExpectedHour[];
  readonly missing: readonly MissingHour[];
  /** Hours that differ, and whose uuids were not compared because no query was left. */
  readonly unexamined: readonly Pick<ArrivedHour, 'hour' | 'event'>[];
  /** Events whose time was ahead when their record was created. */
  readonly ahead: number;
}

export interface CompareOptions extends ExpectedEventsOptions {
  readonly mappers: readonly StreamMapper[];
  /** Only records of a stream that were created before. */
  readonly createdBefore: ReadonlyMap<string, Instant>;
  /** The keys of the records of a stream that changed since they were exported: the next run sends them again. */
  readonly pending: (stream: string) => Promise<ReadonlySet<string>>;
  readonly budget: QueryBudget;
}

/**
 * Compares some hours of event time: by counts and checksums, and where they differ by the uuids. Undefined when no query is
 * left for them.
 */
export async function compareArrivals(
  from: Instant,
  until: Instant,
  options: CompareOptions,
): Promise<ComparedHours | undefined> {
  const { expected, ahead } = await expectedHours(from, until, options);
  if (expected.length === 0) return { expected, missing: [], unexamined: [], ahead };
  const events = [...new Set(expected.map(({ event }) => event))];
  const counted = await options.budget.spend((arrivals, call) => arrivals.hours({ from, until, events }, call));
  if (counted === undefined) return undefined;
  const arrived = new Map(counted.map((each) => [nameOf(each), each]));
  const found = new Map<string, ReadonlySet<string>>();
  const unexamined: Pick<ArrivedHour, 'hour' | 'event'>[] = [];
  for (const each of expected) {
    const { hour, event, sums } = each;
    const there = arrived.get(nameOf(each));
    if (there?.uuids === each.expected && there.sums !== undefined && sums.equals(there.sums)) continue;
    const uuids = there === undefined ? NONE : await options.budget.uuids(event, hour, hour + HOUR_MS);
    if (uuids === undefined) unexamined.push({ hour, event });
    else found.set(nameOf(each), uuids);
  }
  const missing = found.size === 0 ? [] : await missingIn(from, until, found, options);
  return { expected, missing, unexamined, ahead };
}

const NONE: ReadonlySet<string> = new Set();

async function expectedHours(
  from: Instant,
  until: Instant,
  options: CompareOptions,
): Promise<{ readonly expected: readonly ExpectedHour[]; readonly ahead: number }> {
  const hours = new Map<string, ExpectedHour>();
  let ahead = 0;
  for (const mapper of options.mappers) {
    const range = { from, until, createdBefore: options.createdBefore.get(mapper.stream) ?? from };
    for await (const { event, uuid, time, createdAt } of expectedEvents(mapper, range, options)) {
      if (time < from || time >= until) continue;
      if (isAhead({ time, createdAt })) {
        ahead += 1;
        continue;
      }
      const each = { hour: hourOf(time), event };
      const known = hours.get(nameOf(each)) ?? { ...each, expected: 0, sums: new UuidSumsBuilder() };
      known.expected += 1;
      known.sums.add(uuid);
      hours.set(nameOf(each), known);
    }
  }
  const expected = [...hours.values()].toSorted((a, b) => a.hour - b.hour || (a.event < b.event ? -1 : 1));
  return { expected, ahead };
}

/**
 * The events whose uuids were not found, of the hours in `found`. Reads the records again. A record that has changed
 * meanwhile may make other events now than it made when it was exported.
 */
async function missingIn(
  from: Instant,
  until: Instant,
  found: ReadonlyMap<string, ReadonlySet<string>>,
  options: CompareOptions,
): Promise<readonly MissingHour[]> {
  const asked = { from, until };
  const hours = new Map([...found.keys()].map((name) => [name, new MissingBuilder()]));
  for (const mapper of options.mappers) {
    const range = { from, until, createdBefore: options.createdBefore.get(mapper.stream) ?? from };
    const pending = await options.pending(mapper.stream);
    for await (const each of expectedEvents(mapper, range, options)) {
      const name = nameOf({ hour: hourOf(each.time), event: each.event });
      const there = found.get(name);
      if (there === undefined || isAhead(each)) continue;
      hours.get(name)?.add(mapper.stream, each, !there.has(each.uuid) && !pending.has(each.key));
    }
  }
  return [...hours.values()].flatMap((each) => each.built(asked));
}

function isAhead({ time, createdAt }: { readonly time: Instant; readonly createdAt: Instant }): boolean {
  return time > createdAt + FUTURE_MS;
}

function nameOf({ hour, event }: Pick<ArrivedHour, 'hour' | 'event'>): string {
  return `${hour} ${event}`;
}
