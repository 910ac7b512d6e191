import { NO_KEYS, type HourDigest, type SourceDigest } from '../../contracts/digest.js';
import type { Instant } from '../../contracts/value.js';

/** An hour in which the source does not hold what the ledger has accounted for. */
export interface HourDifference {
  readonly stream: string;
  readonly hour: Instant;
  /** Records that the source holds now. */
  readonly source: number;
  /** Records that the ledger has accounted for: delivered, filtered or dead-lettered. */
  readonly ledger: number;
  /**
   * - `gap`: the source holds more: at least `source − ledger` records were never exported.
   * - `surplus`: the source holds fewer: at least `ledger − source` exported records are no longer there.
   * - `exchanged`: as many, but other ones.
   */
  readonly kind: 'gap' | 'surplus' | 'exchanged';
}

/** What the ledger accounts for in an hour, whatever became of the records. */
function accountedFor({ delivered, filtered, deadLettered }: Omit<HourDigest, 'hour' | 'sums'>): number {
  return delivered + filtered + deadLettered;
}

/** The hours in which source and ledger differ, in order. An hour that neither mentions has no records in both. */
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
