import {
  type DeadLetter,
  StateError,
  type HourDigest,
  type LeaseHolder,
  type PipelineState,
  type StateChange,
  type StateWriter,
  type Instant,
  type DigestBook,
  applyCommit,
  asStored,
  closingOpenOnly,
  type DeadLetterChange,
  storageError,
  type Commit,
  type Snapshot,
  type StoredRange,
} from '@sluice/core';
import { encodeLine } from './checksummed-line.js';
import { DirectoryLock } from './directory-lock.js';
import { Journal, type OpenAppendFile } from './journal.js';
import { storedDeadLetters, withoutClosedHead, type LoadedState } from './load-state.js';
import type { replaceFile, StatePaths } from './state-files.js';

export interface FileStateWriterOptions {
  /** The journal is folded into the snapshot when it has grown beyond this. */
  readonly compactAtBytes: number;
  readonly openFile: OpenAppendFile;
  readonly replaceFile: typeof replaceFile;
}

/** The lease on one pipeline's files. Commits are made one after another, in the order in which they were asked for. */
export class FileStateWriter implements StateWriter {
  /** The lock ends with the process, so there is no moment at which it runs out. */
  readonly leaseExpiresAt: Instant = Number.POSITIVE_INFINITY;

  readonly #paths: StatePaths;
  readonly #lock: DirectoryLock;
  readonly #options: FileStateWriterOptions;
  #journal: Journal;
  #state: PipelineState;
  readonly #digests: DigestBook;
  #stored: Pick<StoredRange, 'from' | 'until'>;
  /** Of the commits in the journal. Only grows: what replaces it is a new list, so that whoever reads it may go on. */
  #recent: DeadLetter[];
  /** The ids of closed ones among both. */
  #closed: Set<string>;
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
    this.#digests = loaded.digests;
    this.#stored = loaded.deadLetters.stored;
    this.#recent = [...loaded.deadLetters.recent];
    this.#closed = new Set(loaded.deadLetters.stored.closed);
  }

  async read(): Promise<PipelineState> {
    return this.#state;
  }

  async *deadLetters(): AsyncGenerator<DeadLetter> {
    const [recent, count, closed] = [this.#recent, this.#recent.length, [...this.#closed]];
    yield* storedDeadLetters(this.#paths, { ...this.#stored, closed });
    const passedOver = new Set(closed);
    for (const letter of recent.slice(0, count)) if (!passedOver.has(letter.id)) yield letter;
  }

  async digests(stream: string, from: Instant, until: Instant): Promise<readonly HourDigest[]> {
    return this.#digests.list(stream, from, until);
  }

  async holder(): Promise<LeaseHolder | undefined> {
    return DirectoryLock.holder(this.#paths.directory);
  }

  async renew(): Promise<void> {
    if (this.#released) throw new StateError('the lease on the state was given back');
    await this.#assertHeld();
  }

  async commit(
    changes: readonly StateChange[],
    options: { readonly expectedRevision?: number } = {},
  ): Promise<PipelineState> {
    if (this.#released) throw new StateError('the lease on the state was given back');
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
    await this.#assertHeld();
    const { revision } = this.#state;
    if (expectedRevision !== undefined && expectedRevision !== revision) {
      throw new StateError(`the state has moved on: revision ${expectedRevision} was expected, it is at ${revision}`);
    }
    const exact = await closingOpenOnly(asStored(changes), (ids) => this.#openAmong(ids));
    const { state, digestChanges, deadLetterChanges } = applyCommit(this.#state, exact);
    const commit: Commit = { revision: state.revision, changes: exact };
    await this.#journal.append(encodeLine(commit));
    this.#state = state;
    for (const change of digestChanges) this.#digests.apply(change);
    for (const change of deadLetterChanges) this.#applyToDeadLetters(change);
    if (this.#journal.bytes >= this.#options.compactAtBytes) await this.#compact();
    return state;
  }

  async #assertHeld(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (await this.#lock.isHeld()) return;
    throw this.#fail(new StateError(`the lease on ${this.#paths.directory} is lost: its lock was removed`));
  }

  async #openAmong(wanted: ReadonlySet<string>): Promise<readonly string[]> {
    const open: string[] = [];
    for await (const { id } of this.deadLetters()) if (wanted.has(id)) open.push(id);
    return open;
  }

  #applyToDeadLetters(change: DeadLetterChange): void {
    if (change.kind === 'add') for (const letter of change.deadLetters) this.#recent.push(letter);
    else if (change.kind === 'close') for (const id of change.ids) this.#closed.add(id);
    else {
      const { until } = this.#stored;
      [this.#stored, this.#recent, this.#closed] = [{ from: until, until }, [], new Set()];
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
      const content: Snapshot = { format: 1, state: this.#state, deadLetters, digests: this.#listDigests() };
      await this.#options.replaceFile(snapshot, directory, encodeLine(content));
      [this.#stored, this.#recent, this.#closed] = [deadLetters, [], new Set(deadLetters.closed)];
      // A new file, not a shorter one: whoever reads the old journal reads it to its end.
      await this.#options.replaceFile(journal, directory, '');
      await this.#journal.close();
      this.#journal = await Journal.open(journal, 0, this.#options.openFile);
    } catch (error) {
      throw this.#fail(storageError('write', directory, error));
    }
  }

  /** Appends the open ones of the journal to those in the file. */
  async #storeDeadLetters(): Promise<StoredRange> {
    const recentIds = new Set(this.#recent.map(({ id }) => id));
    const closed = [...this.#closed].filter((id) => !recentIds.has(id));
    const stored = await withoutClosedHead(this.#paths, { ...this.#stored, closed });
    const added = this.#recent.filter(({ id }) => !this.#closed.has(id));
    if (added.length === 0) return stored;
    const file = await Journal.open(this.#paths.deadLetters, stored.until, this.#options.openFile);
    try {
      await file.append(added.map(encodeLine).join(''));
      return { ...stored, until: file.bytes };
    } finally {
      await file.close();
    }
  }

  #listDigests(): Snapshot['digests'] {
    const all = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
    return Object.fromEntries(this.#digests.streams().map((stream) => [stream, this.#digests.list(stream, ...all)]));
  }

  #fail(error: StateError): StateError {
    this.#failure = error;
    return error;
  }
}
