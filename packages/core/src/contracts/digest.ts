import type { Instant } from './value.js';

/**
 * Two sums over the keys of some records, each mod 2^64 as 16 hexadecimal digits: of the first and of the second eight
 * bytes, as unsigned big-endian numbers, of the SHA-256 of the record's key in UTF-8. Two sets of keys with the same
 * count and the same sums are, for every practical purpose, the same set; the order does not matter.
 */
export type KeySums = readonly [string, string];

export const NO_KEYS: KeySums = ['0000000000000000', '0000000000000000'];

/** What a source holds of the records of one stream that were created in one hour. */
export interface SourceDigest {
  /** When the hour begins; a full hour of UTC. */
  readonly hour: Instant;
  readonly records: number;
  readonly sums: KeySums;
}

/** What the ledger knows of the records of one stream that were created in one hour, by what became of them. */
export interface HourDigest {
  /** When the hour begins; a full hour of UTC. */
  readonly hour: Instant;
  /** Every event of the record was accepted, or its mapping makes none. */
  readonly delivered: number;
  readonly filtered: number;
  /** The record, or one of its events, became a dead letter. */
  readonly deadLettered: number;
  /** Over the keys of all of them, whatever became of them. */
  readonly sums: KeySums;
}

export const HOUR_MS = 3_600_000;

/** The full hour of UTC that a moment lies in. */
export function hourOf(at: Instant): Instant {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}
