import type { LikelyCause, MissingEvents } from '../../contracts/arrivals.js';
import type { Instant } from '../../contracts/value.js';

/** What a destination has of the events that it should have. */
export interface DestinationVerification {
  /** What was asked, for people. */
  readonly place: string;
  /** The compared hours of event time, half-open; absent when none can be compared, for `reason`. */
  readonly compared?: { readonly from: Instant; readonly until: Instant };
  /** Why nothing, or not everything that was asked for, was compared. */
  readonly reason?: string;
  /** By name, in the compared hours without the unexamined ones. */
  readonly events: readonly {
    readonly event: string;
    readonly expected: number;
    readonly missing: number;
  }[];
  /** The hours in which events are missing, in order. */
  readonly differences: readonly MissingEvents[];
  /** Hours that differ, and whose events could not be compared one by one. */
  readonly unexamined: readonly { readonly hour: Instant; readonly event: string }[];
  readonly causes: readonly LikelyCause[];
  /** Events that are not compared: their time was ahead when their record was created, and may have been replaced. */
  readonly ahead: number;
  /** Events that are not compared: they happened before the range, and their records in it or later. */
  readonly earlier: number;
  /** How many queries this took. */
  readonly queries: number;
  /** When the last run's events are certain to be found; present while they are not: what is missing may be on its way. */
  readonly settlesAt?: Instant;
}

/** Whether everything that was asked for was compared, and nothing is missing. */
export function hasArrived({ compared, reason, differences, unexamined }: DestinationVerification): boolean {
  return compared !== undefined && reason === undefined && differences.length === 0 && unexamined.length === 0;
}
