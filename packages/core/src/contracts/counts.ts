/** How often records were sent before and why they went again. */
export interface RepeatCounts {
  /** Records of the part `changed`. */
  readonly changed: number;
  /** Records of the part `derived`. */
  readonly derived: number;
}

/**
 * What became of the records and events of a window. Every commit balances:
 *
 *     records: read     = mapped + filtered + deadLetteredRecords
 *     events:  produced = accepted + deadLetteredEvents
 */
export interface Counts {
  readonly read: number;
  readonly mapped: number;
  readonly filtered: number;
  readonly deadLetteredRecords: number;
  readonly produced: number;
  readonly accepted: number;
  readonly deadLetteredEvents: number;
  readonly repeats: RepeatCounts;
}

export const NO_COUNTS: Counts = {
  read: 0,
  mapped: 0,
  filtered: 0,
  deadLetteredRecords: 0,
  produced: 0,
  accepted: 0,
  deadLetteredEvents: 0,
  repeats: { changed: 0, derived: 0 },
};

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    read: a.read + b.read,
    mapped: a.mapped + b.mapped,
    filtered: a.filtered + b.filtered,
    deadLetteredRecords: a.deadLetteredRecords + b.deadLetteredRecords,
    produced: a.produced + b.produced,
    accepted: a.accepted + b.accepted,
    deadLetteredEvents: a.deadLetteredEvents + b.deadLetteredEvents,
    repeats: {
      changed: a.repeats.changed + b.repeats.changed,
      derived: a.repeats.derived + b.repeats.derived,
    },
  };
}

/** Undefined when the counts balance, else a sentence that says which sum does not. */
export function imbalance(counts: Counts): string | undefined {
  const records = counts.mapped + counts.filtered + counts.deadLetteredRecords;
  if (counts.read !== records) return `${counts.read} records were read, but ${records} have an outcome`;
  const events = counts.accepted + counts.deadLetteredEvents;
  if (counts.produced !== events) return `${counts.produced} events were produced, but ${events} have an outcome`;
  return undefined;
}
