import type { RepeatCounts } from '../../contracts/counts.js';
import type { DeadLetter } from '../../contracts/dead-letter.js';
import type { RecordPage } from '../../contracts/source.js';
import type { Instant } from '../../contracts/value.js';

/** A dead letter before it is committed; the commit gives it its id. */
export type UnnumberedDeadLetter = Omit<DeadLetter, 'id'>;

/** What became of a record when it was mapped. Records of which the same became share it: thousands are in flight. */
export interface MappedAs {
  readonly outcome: 'mapped' | 'filtered' | 'dead-lettered' | 'held';
  /** When its wait is over; of a held record only. */
  readonly heldUntil?: Instant | undefined;
  /** Why its events may have been sent before. */
  readonly repeat: keyof RepeatCounts | undefined;
  /** Whether it counts in the digest of its hour. */
  readonly isDigested: boolean;
  /** How many events it became. */
  readonly produced: number;
}

const NONE: readonly never[] = [];

/** A record in flight, and what it adds to the ledger once all of its events have a final outcome. */
export class RecordInFlight {
  readonly page: RecordPage;
  /** Its position in the page. */
  readonly index: number;
  readonly mappedAs: MappedAs;
  accepted = 0;
  /** One for the record, or one for each rejected event. */
  deadLetters: readonly UnnumberedDeadLetter[] = NONE;
  /** Why the record or events of it were rejected before they were sent, until that is counted. */
  rejectedUnsent: readonly string[] = NONE;
  /** Events without a final outcome. */
  pending = 0;
  /** Whether any of its events was handed to the sink. */
  isSent = false;

  constructor(page: RecordPage, index: number, mappedAs: MappedAs) {
    this.page = page;
    this.index = index;
    this.mappedAs = mappedAs;
  }
}
