import { NO_COUNTS, type Counts, type RepeatCounts } from '../../contracts/counts.js';
import type { DeadLetter } from '../../contracts/dead-letter.js';
import { HOUR_MS, type HourDigest } from '../../contracts/digest.js';
import type { HeldRecord } from '../../contracts/held-record.js';
import { cursorOf } from '../../contracts/source.js';
import type { HeldRecords } from './held-records.js';
import { addKey, createdHour } from './record-digest.js';
import type { RecordInFlight, UnnumberedDeadLetter } from './record-in-flight.js';
import { KeySumsBuilder } from '../../state/key-sums.js';

/** The longest finished prefix of the records since the last call. */
export interface FinishedPrefix<Letter = DeadLetter> {
  readonly cursor: string;
  /** How many records after the cursor were already handed to the sink. */
  readonly inFlightAtStop: number;
  readonly counts: Counts;
  readonly deadLetters: readonly Letter[];
  readonly digests: readonly HourDigest[];
  readonly held: readonly HeldRecord[];
  readonly released: readonly string[];
}

/**
 * Keeps records in the order in which they were read, and returns the longest prefix in which every event has a final
 * outcome. The cursor therefore never passes a record in flight.
 */
export class OrderedAcks {
  #records: RecordInFlight[] = [];
  #head = 0;
  readonly #held: HeldOfStream;
  #sum: PrefixSum;
  /** The last record of the prefix. */
  #last: RecordInFlight | undefined;
  readonly #onFinished: (record: RecordInFlight) => void;

  /** `onFinished`: called for each record of the prefix, in order; what it throws ends the window. */
  constructor(held: HeldOfStream, onFinished: (record: RecordInFlight) => void) {
    this.#held = held;
    this.#sum = new PrefixSum(held);
    this.#onFinished = onFinished;
  }

  /** Also releases finished records: a second passes between commits, which can be many records. */
  push(record: RecordInFlight): void {
    this.#records.push(record);
    this.#sumFinished();
  }

  /** How many records have events without a final outcome, or stand behind such a record. */
  get unfinished(): number {
    this.#sumFinished();
    return this.#records.length - this.#head;
  }

  takeFinished(): FinishedPrefix<UnnumberedDeadLetter> | undefined {
    this.#sumFinished();
    const last = this.#last;
    if (last === undefined) return undefined;
    const cursor = cursorOf(last.page, last.index);
    const result = this.#sum.result();
    this.#sum = new PrefixSum(this.#held);
    this.#last = undefined;
    return { cursor, inFlightAtStop: this.#inFlightAtStop(), ...result };
  }

  #sumFinished(): void {
    for (let record = this.#records[this.#head]; record?.pending === 0; record = this.#records[this.#head]) {
      this.#onFinished(record);
      this.#sum.add(record);
      this.#last = record;
      this.#head += 1;
    }
    if (this.#head <= 1024 || this.#head * 2 <= this.#records.length) return;
    this.#records = this.#records.slice(this.#head);
    this.#head = 0;
  }

  #inFlightAtStop(): number {
    let inFlightAtStop = 0;
    for (let index = this.#head; index < this.#records.length; index += 1) {
      if (this.#records[index]?.isSent === true) inFlightAtStop += 1;
    }
    return inFlightAtStop;
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The records of an hour. */
interface HourSum extends Mutable<Omit<HourDigest, 'hour' | 'sums'>> {
  /** In hours since 1970. */
  readonly at: number;
  readonly keys: KeySumsBuilder;
}

/** The held records of a stream. */
export interface HeldOfStream {
  readonly stream: string;
  readonly records: HeldRecords;
}

/** Adds up records for a commit without an object per record. */
class PrefixSum {
  readonly #counts: Mutable<Counts> = { ...NO_COUNTS };
  readonly #repeats: Mutable<RepeatCounts> = { ...NO_COUNTS.repeats };
  readonly #deadLetters: UnnumberedDeadLetter[] = [];
  readonly #held = new Map<string, HeldRecord>();
  readonly #released = new Set<string>();
  readonly #ofStream: HeldOfStream;
  /** By hours since 1970. */
  readonly #hours = new Map<number, HourSum>();
  /** The one of the last record, and mostly of the next. */
  #hour: HourSum | undefined;

  constructor(held: HeldOfStream) {
    this.#ofStream = held;
  }

  add(record: RecordInFlight): void {
    const wasHeld = this.#wasHeld(record);
    const { mappedAs, accepted, deadLetters } = record;
    const { outcome, produced, repeat, isDigested } = mappedAs;
    const counts = this.#counts;
    counts.read += 1;
    if (outcome === 'mapped') counts.mapped += 1;
    else if (outcome === 'filtered') counts.filtered += 1;
    else if (outcome === 'held') counts.held += 1;
    else counts.deadLetteredRecords += 1;
    counts.produced += produced;
    counts.accepted += accepted;
    if (outcome === 'mapped') counts.deadLetteredEvents += deadLetters.length;
    // What was held was not sent before.
    if (repeat !== undefined && wasHeld === undefined) this.#repeats[repeat] += produced;
    for (const letter of deadLetters) this.#deadLetters.push(letter);
    if (outcome !== 'held' && (isDigested || wasHeld?.isDigested === true)) this.#digest(record);
  }

  result(): Pick<FinishedPrefix<UnnumberedDeadLetter>, 'counts' | 'deadLetters' | 'digests' | 'held' | 'released'> {
    return {
      counts: { ...this.#counts, repeats: this.#repeats },
      deadLetters: this.#deadLetters,
      digests: [...this.#hours.values()].map(({ at, delivered, filtered, deadLettered, keys }) => {
        return { hour: at * HOUR_MS, delivered, filtered, deadLettered, sums: keys.sums() };
      }),
      held: [...this.#held.values()],
      released: [...this.#released],
    };
  }

  /** Holds or releases the record. Returns what it was held as. */
  #wasHeld({ page, index, mappedAs: { heldUntil, isDigested } }: RecordInFlight): HeldRecord | undefined {
    const { stream, records } = this.#ofStream;
    if (heldUntil === undefined && records.isEmpty(stream)) return undefined;
    const key = page.keys[index] ?? '';
    const was = records.find(stream, key);
    if (heldUntil !== undefined) {
      const held: HeldRecord = {
        stream,
        key,
        createdAt: page.createdAt[index] ?? 0,
        until: heldUntil,
        isDigested: isDigested || was?.isDigested === true,
      };
      records.hold(held);
      this.#released.delete(key);
      this.#held.set(key, held);
    } else if (was !== undefined) {
      records.release(stream, key);
      this.#held.delete(key);
      this.#released.add(key);
    }
    return was;
  }

  #digest({ page, index, mappedAs: { outcome }, deadLetters }: RecordInFlight): void {
    const at = createdHour(page, index);
    const hour = this.#hour?.at === at ? this.#hour : this.#hourAt(at);
    this.#hour = hour;
    if (deadLetters.length > 0) hour.deadLettered += 1;
    else if (outcome === 'filtered') hour.filtered += 1;
    else hour.delivered += 1;
    addKey(hour.keys, page, index);
  }

  #hourAt(at: number): HourSum {
    const known = this.#hours.get(at);
    if (known !== undefined) return known;
    const hour = { at, delivered: 0, filtered: 0, deadLettered: 0, keys: new KeySumsBuilder() };
    this.#hours.set(at, hour);
    return hour;
  }
}
