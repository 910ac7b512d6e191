import type { CallOptions } from './source.js';
import type { Instant } from './value.js';

/**
 * A checksum of a set of uuids: two sums mod 2^64. The first adds up the first eight bytes of each uuid as an unsigned
 * little-endian number, the second its last eight bytes. Each uuid counts once.
 */
export type UuidSums = readonly [bigint, bigint];

/** What to look for: by the time of the events, half-open, in full hours of UTC. */
export interface ArrivalRange {
  readonly from: Instant;
  readonly until: Instant;
}

/** The events of one name that the destination has of one hour of event time, whoever sent them. */
export interface ArrivedHour {
  /** When the hour begins; a full hour of UTC. */
  readonly hour: Instant;
  readonly event: string;
  /** Different uuids: what is stored twice counts once. */
  readonly uuids: number;
  /** Optional: without it, the engine asks for the uuids themselves. */
  readonly sums?: UuidSums;
}

/** Some uuids, in lower case and in an order that does not change, and where to continue. */
export interface ArrivedUuids {
  readonly uuids: readonly string[];
  /** Absent: there are no more. */
  readonly next?: string;
}

/** Events of one name and hour of event time that the destination does not have. */
export interface MissingEvents {
  readonly hour: Instant;
  readonly event: string;
  /** How many there should be. */
  readonly expected: number;
  readonly missing: number;
}

/** Why events may be missing. Never a certainty. */
export interface LikelyCause {
  /** Stable and short: `quota`. */
  readonly code: string;
  /** For people: what speaks for it, and where to look. */
  readonly message: string;
}

/**
 * Reads back which events a destination has stored: see `Sink.arrivals`. Each call is one attempt and one query;
 * failures are the errors of `errors.ts`, as from `Sink.send`.
 */
export interface Arrivals {
  /** What is asked, for people: `project 1 at https://events.example.com`. */
  readonly place: string;
  /** How long it may take until an accepted event is found, in milliseconds. Younger ones are not called missing. */
  readonly lagMs: number;
  /**
   * How many events of these names each hour has. Hours without any may be left out. At most 24 hours and the names of one
   * mapping. Throws `ConfigError` if what is asked is not where the sink delivers.
   */
  hours(
    request: ArrivalRange & { readonly events: readonly string[] },
    options?: CallOptions,
  ): Promise<readonly ArrivedHour[]>;
  /** The different uuids of one name and hour. `after`: `next` of the page before. */
  uuids(
    request: ArrivalRange & { readonly event: string; readonly after?: string },
    options?: CallOptions,
  ): Promise<ArrivedUuids>;
  /** Why these may be missing, the likeliest first. Optional. */
  causes?(missing: readonly MissingEvents[], options?: CallOptions): Promise<readonly LikelyCause[]>;
}
