import { open } from 'node:fs/promises';
import { StateError, storedDeadLetter, type DeadLetter, type DeadLetterChange } from '@sluice/core/state';
import { decodeLine, encodeLine } from './checksummed-line.js';
import { Journal, type OpenAppendFile } from './journal.js';
import { storageError } from './storage-error.js';
import type { StoredRange } from './stored-snapshot.js';

/** The open dead letters of a pipeline: those in the dead letter file, and those of the commits in the journal. */
export class DeadLetterLog {
  readonly #path: string;
  #from: number;
  readonly #until: number;
  /** Those of the journal, closed ones included. Grows or is replaced, because somebody may be reading it. */
  #recent: DeadLetter[] = [];
  #closed: Set<string>;

  /** `range` is the one of the snapshot. */
  constructor(path: string, { from, until, closed }: StoredRange) {
    this.#path = path;
    this.#from = from;
    this.#until = until;
    this.#closed = new Set(closed);
  }

  apply(change: DeadLetterChange): void {
    if (change.kind === 'add') for (const letter of change.deadLetters) this.#recent.push(letter);
    else if (change.kind === 'close') for (const id of change.ids) this.#closed.add(id);
    else [this.#from, this.#recent, this.#closed] = [this.#until, [], new Set()];
  }

  /** Those that are open when reading begins, oldest first. */
  async *open(): AsyncGenerator<DeadLetter> {
    const closed = new Set(this.#closed);
    const [recent, { length }] = [this.#recent, this.#recent];
    for await (const { letter } of this.#lines()) if (!closed.has(letter.id)) yield letter;
    for (const letter of recent.slice(0, length)) if (!closed.has(letter.id)) yield letter;
  }

  /**
   * Appends the open ones of the journal to the file. Returns the range of the next snapshot, without the closed ones at
   * its beginning, so that their ids are not kept for ever.
   */
  async store(openFile: OpenAppendFile): Promise<StoredRange> {
    const recentIds = new Set(this.#recent.map(({ id }) => id));
    const closed = new Set([...this.#closed].filter((id) => !recentIds.has(id)));
    let from = this.#from;
    if (closed.size > 0) {
      for await (const { letter, end } of this.#lines()) {
        if (!closed.delete(letter.id)) break;
        from = end;
      }
    }
    return { from, until: await this.#append(openFile), closed: [...closed] };
  }

  async #append(openFile: OpenAppendFile): Promise<number> {
    const added = this.#recent.filter(({ id }) => !this.#closed.has(id));
    if (added.length === 0) return this.#until;
    const file = await Journal.open(this.#path, this.#until, openFile);
    try {
      await file.append(added.map(encodeLine).join(''));
      return file.bytes;
    } finally {
      await file.close();
    }
  }

  async *#lines(): AsyncGenerator<{ readonly letter: DeadLetter; readonly end: number }> {
    const [start, end] = [this.#from, this.#until - 1];
    if (start > end) return;
    const file = await open(this.#path, 'r').catch((error: unknown) => {
      throw storageError('read', this.#path, error);
    });
    try {
      let offset = start;
      for await (const line of file.readLines({ start, end, encoding: 'utf8', autoClose: false })) {
        const letter = storedDeadLetter.safeParse(decodeLine(line)?.entry);
        if (!letter.success) {
          throw new StateError(`${this.#path} is damaged at byte ${offset}; put its folder back from a backup`);
        }
        offset += Buffer.byteLength(line) + 1;
        yield { letter: letter.data, end: offset };
      }
    } finally {
      await file.close();
    }
  }
}
