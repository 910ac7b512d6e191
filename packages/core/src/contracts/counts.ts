/**
 * How many events may have been sent before, by the reason. The ledger does not know single events: an event that a new
 * mapping makes of an old record is a possible repeat too, although it is sent for the first time. The destination has the
 * same events with and without true repeats: they are the cost of repeating.
 */
export interface RepeatCounts {
  /** Of records that changed since they were exported (part `changed`). */
  readonly changed: number;
  /** Of records that take values from what changed (part `derived`). */
  readonly derived: number;
  /**
   * Of records that were in flight when their window was interrupted. A lower bound after a crash: what was sent between
   * the last commit and the crash is not known.
   */
  readonly resumed: number;
  /** Of later backfills and of repairs. */
  readonly backfilled: number;
  /** Of dead letters that were replayed. */
  readonly replayed: number;
}

/**
 * The outcomes of the records and events of a window. Every commit balances:
 *
 *     records: read     = mapped + filtered + deadLetteredRecords + held
 *     events:  produced = accepted + deadLetteredEvents
 */
export interface Counts {
  readonly read: number;
  readonly mapped: number;
  readonly filtered: number;
  readonly deadLetteredRecords: number;
  /** Records that were read and not sent, because they are not final; counted each time that they are read. */
  readonly held: number;
  readonly produced: number;
  readonly accepted: number;
  readonly deadLetteredEvents: number;
  readonly repeats: RepeatCounts;
}

export const NO_REPEATS: RepeatCounts = { changed: 0, derived: 0, resumed: 0, backfilled: 0, replayed: 0 };

export const NO_COUNTS: Counts = {
  read: 0,
  mapped: 0,
  filtered: 0,
  deadLetteredRecords: 0,
  held: 0,
  produced: 0,
  accepted: 0,
  deadLetteredEvents: 0,
  repeats: NO_REPEATS,
};

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    read: a.read + b.read,
    mapped: a.mapped + b.mapped,
    filtered: a.filtered + b.filtered,
    deadLetteredRecords: a.deadLetteredRecords + b.deadLetteredRecords,
    held: a.held + b.held,
    produced: a.produced + b.produced,
    accepted: a.accepted + b.accepted,
    deadLetteredEvents: a.deadLetteredEvents + b.deadLetteredEvents,
    repeats: addRepeats(a.repeats, b.repeats),
  };
}

function addRepeats(a: RepeatCounts, b: RepeatCounts): RepeatCounts {
  return {
    changed: a.changed + b.changed,
    derived: a.derived + b.derived,
    resumed: a.resumed + b.resumed,
    backfilled: a.backfilled + b.backfilled,
    replayed: a.replayed + b.replayed,
  };
}

/** How many events may have been sent before, for any reason. An event with two reasons is counted under one. */
export function repeatedEvents({ repeats }: Counts): number {
  return repeats.changed + repeats.derived + repeats.resumed + repeats.backfilled + repeats.replayed;
}

/** Says which sum does not balance; undefined when both do. */
export function imbalance(counts: Counts): string | undefined {
  const records = counts.mapped + counts.filtered + counts.deadLetteredRecords + counts.held;
  if (counts.read !== records) return `${counts.read} records were read, but ${records} have an outcome`;
  const events = counts.accepted + counts.deadLetteredEvents;
  if (counts.produced !== events) return `${counts.produced} events were produced, but ${events} have an outcome`;
  return undefined;
}
