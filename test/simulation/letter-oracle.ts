import type { DeadLetter, PipelineState, StateChange } from '@sluice/core/state';
import type { ReadEntry, WorkerRecord } from './worker-record.js';

type Closing = Extract<StateChange, { readonly type: 'close-dead-letters' }>;

/** The reason of a dead letter, and the kind of record that it can come from. */
const KINDS_OF_REASON: Readonly<Record<string, string>> = {
  'mapping-failed': 'unmappable',
  unencodable: 'unencodable',
  'too-old': 'unassembled',
  'too-large': 'too-large',
  'invalid-event': 'poison',
  malformed: 'rejected',
};

/** Keeps its own list of the open dead letters, and knows why one may be added or closed. */
export class LetterOracle {
  readonly #fail: (message: string) => void;
  readonly #open = new Map<string, DeadLetter>();
  readonly #numbers = new Set<string>();
  readonly #discarded = new Map<string, DeadLetter[]>();

  constructor(fail: (message: string) => void) {
    this.#fail = fail;
  }

  get open(): readonly DeadLetter[] {
    return [...this.#open.values()];
  }

  /** The records of the open dead letters that somebody wants to replay. */
  recordsOf(wanted: (letter: DeadLetter) => boolean): ReadonlySet<string> {
    return new Set(this.open.filter(wanted).map(recordName));
  }

  /** Those that somebody discarded, by record. */
  discardedOf(record: { readonly stream: string; readonly key: string }): readonly DeadLetter[] {
    return this.#discarded.get(recordName(record)) ?? [];
  }

  /** A dead letter has a number of its own, a record that was just read, and a reason that this record can give. */
  added(letters: readonly DeadLetter[], entries: readonly ReadEntry[], record: WorkerRecord, isReplay: boolean): void {
    const earlier = this.open;
    for (const letter of letters) {
      const { id, key, stream, reason, event, attempts } = letter;
      if (this.#numbers.has(id)) this.#fail(`the dead letter ${id} has the number of another one`);
      // In one window a record can come twice, in two versions.
      const kinds = entries.filter((entry) => entry.key === key).map(({ kind }) => kind);
      if (kinds.length === 0) this.#fail(`the dead letter ${id} is of a record that was not read`);
      else if (
        !kinds.some((kind) => kind === KINDS_OF_REASON[reason]) &&
        !(event && record.isRejected(JSON.stringify(event)))
      ) {
        this.#fail(`the dead letter ${id} of ${key} has the reason ${reason}, which nobody gave`);
      }
      const before = isReplay ? earlier.filter((each) => each.stream === stream && each.key === key) : [];
      const expected = 1 + Math.max(0, ...before.map((each) => each.attempts));
      if (attempts !== expected) this.#fail(`the dead letter ${id} counts ${attempts} attempts instead of ${expected}`);
    }
    for (const letter of letters) {
      this.#numbers.add(letter.id);
      this.#open.set(letter.id, letter);
    }
  }

  closed(change: Closing, entries: readonly ReadEntry[], record: WorkerRecord, isNew: (id: string) => boolean): void {
    if (change.how === 'discarded') this.#discard(change, record);
    else this.#replayed(change, entries, record, isNew);
  }

  clear(): void {
    this.#open.clear();
  }

  checkCounted({ openDeadLetters }: PipelineState): void {
    if (openDeadLetters === this.#open.size) return;
    this.#fail(`${openDeadLetters} dead letters are counted as open instead of ${this.#open.size}`);
  }

  #discard({ ids }: Closing, { intent }: WorkerRecord): void {
    for (const id of ids) {
      const letter = this.#open.get(id);
      if (intent.discards?.includes(id) !== true) this.#fail(`the dead letter ${id} was discarded, but nobody asked`);
      if (letter === undefined) continue;
      this.#open.delete(id);
      this.#discarded.set(recordName(letter), [...this.discardedOf(letter), letter]);
    }
    const left = intent.discards?.find((id) => this.#open.has(id));
    if (left !== undefined) this.#fail(`the dead letter ${left} should be discarded but is open`);
  }

  /**
   * A replay closes a dead letter only if it was asked for and its record was read just now. That every event of the record
   * was accepted, or has a new dead letter, is checked where the cursor passes it.
   */
  #replayed(
    { ids }: Closing,
    entries: readonly ReadEntry[],
    record: WorkerRecord,
    isNew: (id: string) => boolean,
  ): void {
    const read = new Set(entries.map(recordName));
    for (const id of ids) {
      const letter = this.#open.get(id);
      if (letter === undefined || isNew(id)) this.#fail(`the replay closed ${id}, which was not open when it began`);
      else if (!record.wantedRecords.has(recordName(letter))) {
        this.#fail(`the replay closed ${id} of ${letter.key}, but nobody asked for it`);
      } else if (!read.has(recordName(letter))) {
        this.#fail(`the replay closed ${id} although it did not read ${letter.key}`);
      }
      this.#open.delete(id);
    }
    const left = this.open.find((letter) => !isNew(letter.id) && read.has(recordName(letter)));
    if (left) this.#fail(`the replay delivered ${left.key} but left its dead letter ${left.id} open`);
  }
}

export function recordName({ stream, key }: { readonly stream: string; readonly key: string }): string {
  return `${stream} ${key}`;
}
