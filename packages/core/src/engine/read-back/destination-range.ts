import { HOUR_MS, hourOf } from '../../contracts/digest.js';
import type { Binding } from '../../contracts/pipeline-state.js';
import type { Instant } from '../../contracts/value.js';

/** The hours that are compared at a time, with one query for their counts. */
export const DAY_MS = 24 * HOUR_MS;

/** What to compare. */
export interface DestinationRange {
  /** Of event time; the full hours that contain it. Default: 24 hours before the end. */
  readonly from?: Instant | undefined;
  /** Default, and at most: up to where the pipeline has exported. */
  readonly until?: Instant | undefined;
  /** The most queries. */
  readonly maxQueries: number;
}

/** In full hours. Records that were created before `start` of the pipeline were not exported. */
export function rangeOf(
  { from, until = Infinity }: DestinationRange,
  { eventFrom }: Pick<Binding, 'eventFrom'>,
  exportedUntil: Instant,
): { readonly from: Instant; readonly until: Instant } {
  const end = hourOf(Math.min(until + HOUR_MS - 1, exportedUntil));
  const start = hourOf(from ?? end - DAY_MS);
  return { from: Math.max(start, hourOf((eventFrom ?? Number.NEGATIVE_INFINITY) + HOUR_MS - 1)), until: end };
}

/** Why not everything was compared. */
export function reasonOf(
  { from, until }: { readonly from: Instant; readonly until: Instant },
  reached: Instant,
  unexamined: number,
  maxQueries: number,
): string | undefined {
  if (from >= until) return 'no full hour of this range was exported long enough ago';
  if (reached >= until && unexamined === 0) return undefined;
  const queries = maxQueries === 1 ? 'query was' : 'queries were';
  return `${maxQueries} ${queries} not enough: compare a shorter range, or allow more`;
}
