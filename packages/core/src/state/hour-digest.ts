import { NO_KEYS, type HourDigest } from '../contracts/digest.js';
import type { Instant } from '../contracts/value.js';
import { addKeySums } from './key-sums.js';

export function emptyHour(hour: Instant): HourDigest {
  return { hour, delivered: 0, filtered: 0, deadLettered: 0, sums: NO_KEYS };
}

/** Adds two digests of one hour over different records. */
export function addHourDigests(a: HourDigest, b: HourDigest): HourDigest {
  return {
    hour: a.hour,
    delivered: a.delivered + b.delivered,
    filtered: a.filtered + b.filtered,
    deadLettered: a.deadLettered + b.deadLettered,
    sums: addKeySums(a.sums, b.sums),
  };
}
