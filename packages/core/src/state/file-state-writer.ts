import type { DeadLetter } from '../contracts/dead-letter.js';
import { StateError } from '../contracts/errors.js';
import type { PipelineState, StateChange, StateWriter } from '../contracts/state-store.js';
import type { Instant } from '../contracts/value.js';
import { applyCommit } from './apply-change.js';
import { decodeLine, encodeLine } from './checksummed-line.js';
import type { DirectoryLock } from './directory-lock.js';
import { Journal, type OpenAppendFile } from './journal.js';
import { storedDeadLetters, type LoadedState } from './load-state.js';
import { replaceFile, type StatePaths } from './state-files.js';
import { storageError } from './storage-error.js';
import { storedCommit, type Commit, type Snapshot } from './stored-schema.js';

export interface FileStateWriterOptions {
  /** The journal is folded into the snapshot when it has grown beyond this. */
  readonly compactAtBytes: number;
  readonly openFile: OpenAppendFile;
}

/** The lease on one pipeline's files. Commits are made one after another, in the order in which they were asked for. */
export class FileStateWriter implements StateWriter {
  /** The lock ends with the process, so there is no moment at which it runs out. */
  readonly heldUntil: Instant = Number.POSITIVE_INFINITY;

  readonly #paths: StatePaths;
  readonly #lock: DirectoryLock;
  readonly #options: FileStateWriterOptions;
  #journal: Journal;
  #state: PipelineState;
  #stored: Snapshot['deadLetters'];
  /** Of the commits in the journal. Only grows: what replaces it is a new list, so that whoever reads it may go on. */
  #recent: DeadLetter[];
  #queue: Promise<unknown> = Promise.resolve();
  #released = false;
  #failure: StateError | undefined;

  constructor(
    paths: StatePaths,
    lock: DirectoryLock,
    loaded: LoadedState,
    journal: Journal,
    options: FileStateWriterOptions,
  ) {
    this.#paths = paths;
    this.#lock = lock;
    this.#options = options;
    this.#journal = journal;
    this.#state = loaded.state;
    this.#stored = loaded.snapshot.deadLetters;
    this.#recent = [...loaded.recentDeadLetters];
  }

  async read(): Promise<PipelineState> {
    return this.#state;
  }

  async *deadLetters(): AsyncGenerator<DeadLetter> {
    const [recent, count] = [this.#recent, this.#recent.length];
    yield* storedDeadLetters(this.#paths, this.#stored);
    yield* recent.slice(0, count);
  }

  async commit(
    changes: readonly StateChange[],
    options: { readonly expectedRevision?: number } = {},
  ): Promise<PipelineState> {
    const result = this.#queue.then(async () => this.#commit(changes, options.expectedRevision));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    await this.#queue;
    await this.#journal.close();
    await this.#lock.release();
  }

  async #commit(changes: readonly StateChange[], expectedRevision: number | undefined): Promise<PipelineState> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#released) throw new StateError('the lease on the state was given back');
    if (!(await this.#lock.isHeld())) {
      throw this.#fail(new StateError(`the lease on ${this.#paths.directory} is lost: its lock was removed`));
    }
    const { revision } = this.#state;
    if (expectedRevision !== undefined && expectedRevision !== revision) {
      throw new StateError(`the state has moved on: revision ${expectedRevision} was expected, it is at ${revision}`);
    }
    const state = applyCommit(this.#state, changes);
    const commit: Commit = { revision: state.revision, changes };
    const line = encodeLine(commit);
    assertReadable(line);
    await this.#journal.append(line);
    this.#state = state;
    this.#remember(changes);
    if (this.#journal.bytes >= this.#options.compactAtBytes) await this.#compact();
    return state;
  }

  #remember(changes: readonly StateChange[]): void {
    for (const change of changes) {
      if (change.type === 'bind') {
        this.#recent = [];
        this.#stored = { from: this.#stored.until, until: this.#stored.until };
      }
      if (change.type === 'advance') for (const letter of change.deadLetters) this.#recent.push(letter);
    }
  }

  /**
   * Dead letters first, then the snapshot that counts them, then a new journal. A crash in between leaves dead letters
   * that no snapshot counts, or lines that the snapshot covers; both are passed over.
   */
  async #compact(): Promise<void> {
    const { directory, snapshot, journal } = this.#paths;
    try {
      const deadLetters = await this.#storeDeadLetters();
      const content: Snapshot = { format: 1, state: this.#state, deadLetters };
      await replaceFile(snapshot, directory, encodeLine(content));
      [this.#stored, this.#recent] = [deadLetters, []];
      // A new file, not a shorter one: whoever reads the old journal reads it to its end.
      await replaceFile(journal, directory, '');
      await this.#journal.close();
      this.#journal = await Journal.open(journal, 0, this.#options.openFile);
    } catch (error) {
      throw this.#fail(storageError('write', directory, error));
    }
  }

  async #storeDeadLetters(): Promise<Snapshot['deadLetters']> {
    const { from, until } = this.#stored;
    if (this.#recent.length === 0) return { from, until };
    const file = await Journal.open(this.#paths.deadLetters, until, this.#options.openFile);
    try {
      await file.append(this.#recent.map(encodeLine).join(''));
      return { from, until: file.bytes };
    } finally {
      await file.close();
    }
  }

  #fail(error: StateError): StateError {
    this.#failure = error;
    return error;
  }
}

/** Refuses what could be written but never read again, such as a time that is not a number. */
function assertReadable(line: string): void {
  const { error } = storedCommit.safeParse(decodeLine(line.trimEnd())?.entry);
  if (error === undefined) return;
  const [issue] = error.issues;
  throw new StateError(`a commit that could not be read again is refused: ${issue?.path.join('.')}: ${issue?.message}`);
}
