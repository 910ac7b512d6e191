import { addKeySums, NO_KEYS, type SourceDigest } from '@sluice/core/source';
import type { TextRow } from './statements.js';

/**
 * The sums of the first and the second eight bytes of the column `hash`, a SHA-256 of a key, as two columns. The bytes are
 * read as signed numbers, which does not change a sum mod 2^64.
 */
export const DIGEST_SUMS = `sum(${eightBytes(1)}), sum(${eightBytes(9)})`;

function eightBytes(first: number): string {
  return `('x' || encode(substring(keys.hash FROM ${first} FOR 8), 'hex'))::bit(64)::bigint`;
}

/** Adds rows of hour, number of records and `DIGEST_SUMS` to what is known of their hours. */
export function addDigests(hours: Map<number, SourceDigest>, rows: readonly TextRow[]): void {
  for (const [start, count, first, second] of rows) {
    const hour = Number(start);
    const known = hours.get(hour);
    const sums = addKeySums(known?.sums ?? NO_KEYS, [hex(first), hex(second)]);
    hours.set(hour, { hour, records: Number(count) + (known?.records ?? 0), sums });
  }
}

/** A sum of signed numbers modulo 2^64. */
function hex(sum: string | null | undefined): string {
  return BigInt.asUintN(64, BigInt(sum ?? 0))
    .toString(16)
    .padStart(16, '0');
}
