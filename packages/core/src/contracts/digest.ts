import type { Instant } from './value.js';

/**
 * A checksum of a set of keys: two sums mod 2^64, as 16 hexadecimal digits each. The first adds up the first eight bytes
 * of the SHA-256 of each key in UTF-8, as unsigned big-endian numbers; the second adds up the second eight bytes. The order
 * of the keys does not matter. Sets with the same count and the same sums are, for every practical purpose, the same.
 */
export type KeySums = readonly [string, string];

/** The checksum of no keys. */
export const NO_KEYS: KeySums = ['0000000000000000', '0000000000000000'];

/** The records of one stream that were created in one hour, as the source has them. */
export interface SourceDigest {
  /** When the hour begins; a full hour of UTC. */
  readonly hour: Instant;
  readonly records: number;
  readonly sums: KeySums;
}

/** The records of one stream that were created in one hour, by outcome, as the state has them; without those that are held. */
export interface HourDigest {
  /** When the hour begins; a full hour of UTC. */
  readonly hour: Instant;
  /** Every event of the record was accepted, or its mapping makes none. */
  readonly delivered: number;
  readonly filtered: number;
  /** The record, or one of its events, became a dead letter. */
  readonly deadLettered: number;
  /** Over the keys of all of them, whatever their outcome. */
  readonly sums: KeySums;
}

export const HOUR_MS = 3_600_000;

/** The full hour of UTC that contains a moment. */
export function hourOf(at: Instant): Instant {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}
