import type { ArrivedHour, MissingEvents } from '../../contracts/arrivals.js';
import { HOUR_MS, hourOf } from '../../contracts/digest.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { Instant } from '../../contracts/value.js';
import { expectedEvents, type ExpectedEventsOptions } from './expected-events.js';
import type { QueryBudget } from './query-budget.js';
import { UuidSumsBuilder } from './uuid-sums.js';

/** What a sink stores under the time that it was sent with: times that lie further ahead may be replaced by another. */
const FUTURE_MS = HOUR_MS;

/** The events of one name that a destination should have of one hour. */
export interface ExpectedHour {
  readonly hour: Instant;
  readonly event: string;
  expected: number;
  readonly sums: UuidSumsBuilder;
  /** By stream, the hours of its records. */
  readonly recordHours: Map<string, Set<Instant>>;
}

export interface MissingHour extends MissingEvents {
  /** By stream: the ids of the events, and the hours of their records. */
  readonly streams: ReadonlyMap<string, { readonly ids: ReadonlySet<string>; readonly hours: ReadonlySet<Instant> }>;
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
  const missing: MissingHour[] = [];
  const unexamined: Pick<ArrivedHour, 'hour' | 'event'>[] = [];
  for (const each of expected) {
    const there = arrived.get(nameOf(each));
    if (there?.uuids === each.expected && there.sums !== undefined && each.sums.equals(there.sums)) continue;
    const found = there === undefined ? NONE : await options.budget.uuids(each.event, each.hour, each.hour + HOUR_MS);
    if (found === undefined) unexamined.push({ hour: each.hour, event: each.event });
    else missing.push(...(await missingOf(each, found, options)));
  }
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
    const createdBefore = options.createdBefore.get(mapper.stream) ?? from;
    for (let recordHour = from; recordHour < until; recordHour += HOUR_MS) {
      for await (const { event, uuid, time, createdAt } of expectedEvents(mapper, recordHour, createdBefore, options)) {
        if (time < from || time >= until) continue;
        if (isAhead({ time, createdAt })) {
          ahead += 1;
          continue;
        }
        const each = { hour: hourOf(time), event };
        const known = hours.get(nameOf(each)) ?? {
          ...each,
          expected: 0,
          sums: new UuidSumsBuilder(),
          recordHours: new Map<string, Set<Instant>>(),
        };
        known.expected += 1;
        known.sums.add(uuid);
        const ofStream = known.recordHours.get(mapper.stream) ?? new Set();
        known.recordHours.set(mapper.stream, ofStream.add(recordHour));
        hours.set(nameOf(each), known);
      }
    }
  }
  const expected = [...hours.values()].toSorted((a, b) => a.hour - b.hour || (a.event < b.event ? -1 : 1));
  return { expected, ahead };
}

/** The events of an hour whose uuids were not found. Reads its records again. */
async function missingOf(
  { hour, event, recordHours }: ExpectedHour,
  found: ReadonlySet<string>,
  options: CompareOptions,
): Promise<readonly MissingHour[]> {
  const streams = new Map<string, { readonly ids: Set<string>; readonly hours: Set<Instant> }>();
  const [all, missing] = [new Set<string>(), new Set<string>()];
  for (const mapper of options.mappers) {
    const createdBefore = options.createdBefore.get(mapper.stream) ?? hour;
    for (const recordHour of recordHours.get(mapper.stream) ?? []) {
      for await (const each of expectedEvents(mapper, recordHour, createdBefore, options)) {
        if (each.event !== event || hourOf(each.time) !== hour || isAhead(each)) continue;
        all.add(each.id);
        if (found.has(each.uuid)) continue;
        missing.add(each.id);
        const ofStream = streams.get(mapper.stream) ?? { ids: new Set(), hours: new Set() };
        ofStream.ids.add(each.id);
        ofStream.hours.add(recordHour);
        streams.set(mapper.stream, ofStream);
      }
    }
  }
  return missing.size === 0 ? [] : [{ hour, event, expected: all.size, missing: missing.size, streams }];
}

function isAhead({ time, createdAt }: { readonly time: Instant; readonly createdAt: Instant }): boolean {
  return time > createdAt + FUTURE_MS;
}

function nameOf({ hour, event }: Pick<ArrivedHour, 'hour' | 'event'>): string {
  return `${hour} ${event}`;
}
