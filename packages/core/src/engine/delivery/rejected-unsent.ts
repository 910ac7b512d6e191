import type { DeadLetterGuard } from './dead-letter-guard.js';
import type { RecordInFlight } from './record-in-flight.js';

const NONE: readonly never[] = [];

/**
 * What was rejected before it was sent, until the guard counts it beside its neighbours. What is mapped ahead is rejected at
 * once, but accepted only by an answer. So a rejection counts with the answer for the next event; if there is none, when the
 * cursor may pass the record. To wait for the cursor always would be wrong as well: when the first of many requests is
 * answered last, it passes all of their records at once, long after the other events were counted.
 */
export class RejectedUnsent {
  readonly #guard: Pick<DeadLetterGuard, 'recordFailure'>;
  /** Records with no event behind what was rejected, so far. */
  #last: RecordInFlight[] = [];
  /** By the record of the next event, the records before it. */
  readonly #before = new Map<RecordInFlight, readonly RecordInFlight[]>();

  constructor(guard: Pick<DeadLetterGuard, 'recordFailure'>) {
    this.#guard = guard;
  }

  /** Called in the order of reading, as `eventAdded` is. `reason`: why the record or an event of it was rejected. */
  add(record: RecordInFlight, reason: string): void {
    record.rejectedUnsent = [...record.rejectedUnsent, reason];
    if (record !== this.#last.at(-1)) this.#last.push(record);
  }

  /** Called for each event of a record that will be sent. */
  eventAdded(record: RecordInFlight): void {
    if (this.#last.length === 0) return;
    this.#before.set(record, [...(this.#before.get(record) ?? NONE), ...this.#last]);
    this.#last = [];
  }

  /** Called for each answer for an event of the record. Throws `PauseError` when the share of dead letters is too large. */
  answered(record: RecordInFlight): void {
    if (this.#before.size === 0) return;
    const before = this.#before.get(record) ?? NONE;
    this.#before.delete(record);
    for (const each of before) this.#count(each);
  }

  /** Called for each record that the cursor may pass, in order. Throws `PauseError` as well. */
  passed(record: RecordInFlight): void {
    if (record === this.#last.at(-1)) this.#last = [];
    this.#count(record);
  }

  /** Only once, also when the guard throws. */
  #count(record: RecordInFlight): void {
    const reasons = record.rejectedUnsent;
    record.rejectedUnsent = NONE;
    for (const reason of reasons) this.#guard.recordFailure(reason);
  }
}
