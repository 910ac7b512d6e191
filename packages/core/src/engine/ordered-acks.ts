import { addCounts, NO_COUNTS, type Counts } from '../contracts/counts.js';
import type { DeadLetter } from '../contracts/dead-letter.js';
import type { Row } from '../contracts/value.js';

/** One record on its way: what its outcome adds to the ledger once every event of it has a final outcome. */
export interface RecordInFlight {
  readonly key: string;
  readonly cursor: string;
  readonly row: Row;
  /** Events without a final outcome. */
  pending: number;
  counts: Counts;
  readonly deadLetters: DeadLetter[];
}

/** The longest finished prefix since the last time it was taken. */
export interface FinishedPrefix {
  readonly cursor: string;
  readonly counts: Counts;
  readonly deadLetters: readonly DeadLetter[];
}

/**
 * Keeps records in the order in which they were read, and gives out the longest prefix of which every event has a final
 * outcome. The cursor therefore never passes a record that is still on its way.
 */
export class OrderedAcks {
  #records: RecordInFlight[] = [];
  #head = 0;

  push(record: RecordInFlight): void {
    this.#records.push(record);
  }

  takeFinished(): FinishedPrefix | undefined {
    const first = this.#head;
    let counts = NO_COUNTS;
    const deadLetters: DeadLetter[] = [];
    let cursor: string | undefined;
    for (let record = this.#records[this.#head]; record?.pending === 0; record = this.#records[this.#head]) {
      counts = addCounts(counts, record.counts);
      deadLetters.push(...record.deadLetters);
      cursor = record.cursor;
      this.#head += 1;
    }
    if (cursor === undefined || this.#head === first) return undefined;
    if (this.#head > 1024 && this.#head * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#head);
      this.#head = 0;
    }
    return { cursor, counts, deadLetters };
  }
}
