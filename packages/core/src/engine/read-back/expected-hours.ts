import { HOUR_MS, hourOf } from '../../contracts/digest.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { Instant } from '../../contracts/value.js';
import { expectedEvents, type ExpectedEvent, type ExpectedEventsOptions } from './expected-events.js';
import type { RecordRange } from './record-ranges.js';
import { UuidSumsBuilder } from './uuid-sums.js';

/** What a sink stores under the time that it was sent with: times that lie further ahead may be replaced by another. */
const FUTURE_MS = HOUR_MS;

/** The events of one name that a destination should have of one hour. */
export interface ExpectedHour {
  readonly hour: Instant;
  readonly event: string;
  expected: number;
  readonly sums: UuidSumsBuilder;
}

export interface ExpectedHours {
  readonly hours: readonly ExpectedHour[];
  /** Events whose time was ahead when their record was created. */
  readonly ahead: number;
  /** Events that happened before the range, of records in it or later. */
  readonly earlier: number;
}

export interface ExpectedHoursOptions extends ExpectedEventsOptions {
  readonly mappers: readonly StreamMapper[];
  /** Only records of a stream that were created before. */
  readonly createdBefore: ReadonlyMap<string, Instant>;
}

/** What a destination should have of the hours of a range, by the records of `ranges`. */
export async function expectedHours(
  { from, until }: RecordRange,
  ranges: readonly RecordRange[],
  options: ExpectedHoursOptions,
): Promise<ExpectedHours> {
  const hours = new Map<string, ExpectedHour>();
  let [ahead, earlier] = [0, 0];
  for await (const each of eventsOf(ranges, options)) {
    const { event, uuid, time, records } = each;
    if (time < from && records.from >= from) earlier += 1;
    if (time < from || time >= until) continue;
    if (isAhead(each)) {
      ahead += 1;
      continue;
    }
    const group = { hour: hourOf(time), event };
    const known = hours.get(nameOf(group)) ?? { ...group, expected: 0, sums: new UuidSumsBuilder() };
    known.expected += 1;
    known.sums.add(uuid);
    hours.set(nameOf(group), known);
  }
  const sorted = [...hours.values()].toSorted((a, b) => a.hour - b.hour || (a.event < b.event ? -1 : 1));
  return { hours: sorted, ahead, earlier };
}

/** Every expected event of some records, with its stream. */
export async function* eventsOf(
  ranges: readonly RecordRange[],
  options: ExpectedHoursOptions,
): AsyncGenerator<ExpectedEvent & { readonly stream: string }> {
  for (const mapper of options.mappers) {
    const { stream } = mapper;
    for (const range of ranges) {
      const createdBefore = options.createdBefore.get(stream) ?? range.from;
      for await (const event of expectedEvents(mapper, range, { ...options, createdBefore }))
        yield { ...event, stream };
    }
  }
}

export function isAhead({ time, createdAt }: Pick<ExpectedEvent, 'time' | 'createdAt'>): boolean {
  return time > createdAt + FUTURE_MS;
}

export function nameOf({ hour, event }: Pick<ExpectedHour, 'hour' | 'event'>): string {
  return `${hour} ${event}`;
}
