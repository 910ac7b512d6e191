import { NO_KEYS, type HourDigest, type SourceDigest } from '../../contracts/digest.js';
import type { Instant } from '../../contracts/value.js';

/** An hour in which source and ledger differ. */
export interface HourDifference {
  readonly stream: string;
  readonly hour: Instant;
  /** Records in the source now. */
  readonly source: number;
  /** Records that the ledger accounts for: delivered, filtered or dead-lettered. */
  readonly ledger: number;
  /**
   * - `gap`: the source has more: at least `source − ledger` records were never exported.
   * - `surplus`: the source has fewer: at least `ledger − source` exported records were deleted.
   * - `exchanged`: the same number, but different records.
   */
  readonly kind: 'gap' | 'surplus' | 'exchanged';
}

/** How many records the ledger accounts for in an hour. */
function accountedFor({ delivered, filtered, deadLettered }: Omit<HourDigest, 'hour' | 'sums'>): number {
  return delivered + filtered + deadLettered;
}

/** Returns the hours in which source and ledger differ, in order. */
export function compareDigests(
  stream: string,
  source: readonly SourceDigest[],
  ledger: readonly HourDigest[],
): readonly HourDifference[] {
  const held = new Map(source.map((digest) => [digest.hour, digest]));
  const exported = new Map(ledger.map((digest) => [digest.hour, digest]));
  const hours = [...new Set([...held.keys(), ...exported.keys()])].toSorted((a, b) => a - b);
  return hours.flatMap((hour) => {
    const [there, here] = [held.get(hour), exported.get(hour)];
    const [inSource, inLedger] = [there?.records ?? 0, here === undefined ? 0 : accountedFor(here)];
    const [first, second] = there?.sums ?? NO_KEYS;
    const [firstHere, secondHere] = here?.sums ?? NO_KEYS;
    if (inSource === inLedger && first === firstHere && second === secondHere) return [];
    const more = inSource > inLedger ? 'gap' : 'surplus';
    return [
      { stream, hour, source: inSource, ledger: inLedger, kind: inSource === inLedger ? 'exchanged' : more } as const,
    ];
  });
}
