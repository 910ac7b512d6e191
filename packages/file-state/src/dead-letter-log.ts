import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StateError, storedDeadLetter, type DeadLetter, type DeadLetterChange } from '@sluice/core/state';
import { decodeLine, encodeLine } from './checksummed-line.js';
import { Journal, type OpenAppendFile } from './journal.js';
import { storageError } from './storage-error.js';
import { DEAD_LETTER_FILE, FIRST_DEAD_LETTER_FILE, NO_DEAD_LETTERS, type StoredRange } from './stored-snapshot.js';

/** A new file is written in pieces of this many characters or a little more. */
const PIECE = 1024 * 1024;

/** The open dead letters of a pipeline: those in the dead letter file, and those of the commits in the journal. */
export class DeadLetterLog {
  readonly #directory: string;
  /** As in `StoredRange`. */
  readonly #file: string | undefined;
  #from: number;
  readonly #until: number;
  /** Those of the journal, closed ones included. Grows or is replaced, because somebody may be reading it. */
  #recent: DeadLetter[] = [];
  #closed: Set<string>;

  /** `range` is the one of the snapshot. */
  constructor(directory: string, { file, from, until, closed }: StoredRange) {
    this.#directory = directory;
    this.#file = file;
    this.#from = from;
    this.#until = until;
    this.#closed = new Set(closed);
  }

  /** Whether the files still have the content of closed ones. */
  get keepsClosed(): boolean {
    return this.#from > 0 || this.#closed.size > 0;
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
    return { file: this.#file, from, until: await this.#append(openFile), closed: [...closed] };
  }

  /** Writes the open ones alone to a new file, if there are any. Returns its range, for the next snapshot. */
  async rewrite(revision: number, openFile: OpenAppendFile): Promise<StoredRange> {
    const name = `dead-letters.${revision}.jsonl`;
    let file: Journal | undefined;
    let piece = '';
    const write = async (): Promise<void> => {
      file ??= await Journal.open(join(this.#directory, name), 0, openFile);
      await file.append(piece);
      piece = '';
    };
    try {
      for await (const letter of this.open()) {
        piece += encodeLine(letter);
        if (piece.length >= PIECE) await write();
      }
      if (piece !== '') await write();
      return file === undefined ? NO_DEAD_LETTERS : { file: name, from: 0, until: file.bytes, closed: [] };
    } finally {
      await file?.close();
    }
  }

  /** Removes files that the snapshot does not name: nobody reads them any more, or nobody ever did. */
  async removeOthers(): Promise<void> {
    const names = await readdir(this.#directory);
    const paths = names.filter((name) => DEAD_LETTER_FILE.test(name)).map((name) => join(this.#directory, name));
    const used = this.#until === 0 ? undefined : this.#path;
    for (const path of paths) if (path !== used) await rm(path, { force: true });
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

  get #path(): string {
    return join(this.#directory, this.#file ?? FIRST_DEAD_LETTER_FILE);
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
