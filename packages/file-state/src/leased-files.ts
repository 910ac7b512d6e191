import type { Instant, Logger } from '@sluice/core/adapter';
import {
  type Commit,
  type DeadLetter,
  type HourDigest,
  type LeasedState,
  type LeaseHolder,
  type PipelineState,
  StateError,
} from '@sluice/core/state';
import { encodeLine } from './checksummed-line.js';
import { DeadLetterLog } from './dead-letter-log.js';
import { DigestFiles } from './digest-files.js';
import { DirectoryLock } from './directory-lock.js';
import { Journal, type OpenAppendFile } from './journal.js';
import type { LoadedState } from './load-state.js';
import type { replaceFile, StatePaths } from './state-files.js';
import { storageError } from './storage-error.js';
import type { Snapshot, StoredRange } from './stored-snapshot.js';

export interface LeasedFilesOptions {
  /** The journal is folded into the snapshot when it has grown beyond this. */
  readonly compactAtBytes: number;
  readonly openFile: OpenAppendFile;
  readonly replaceFile: typeof replaceFile;
}

interface LeasedFilesParts extends LeasedFilesOptions {
  readonly logger: Pick<Logger, 'warn'>;
}

/** The files of one pipeline, for as long as this process has their lock. */
export class LeasedFiles implements LeasedState {
  /** The lock ends with the process, so it does not expire. */
  readonly leaseExpiresAt: Instant = Number.POSITIVE_INFINITY;

  readonly #paths: StatePaths;
  readonly #lock: DirectoryLock;
  readonly #options: LeasedFilesParts;
  #loaded: Pick<LoadedState, 'state' | 'digests' | 'deadLetters'>;
  #journal: Journal;
  /** Whether what is stored is known: not while a commit is being stored, or after that has failed. */
  #isCertain = true;

  constructor(
    paths: StatePaths,
    lock: DirectoryLock,
    loaded: LoadedState,
    journal: Journal,
    options: LeasedFilesParts,
  ) {
    this.#paths = paths;
    this.#lock = lock;
    this.#loaded = loaded;
    this.#journal = journal;
    this.#options = options;
  }

  async read(): Promise<PipelineState> {
    return this.#loaded.state;
  }

  deadLetters(): AsyncIterable<DeadLetter> {
    return this.#loaded.deadLetters.open();
  }

  async digests(stream: string, from: Instant, until: Instant): Promise<readonly HourDigest[]> {
    return this.#loaded.digests.list(stream, from, until);
  }

  async holder(): Promise<LeaseHolder | undefined> {
    return DirectoryLock.holder(this.#paths.directory);
  }

  async append({ revision, changes, state, digestChanges, deadLetterChanges }: Commit): Promise<void> {
    await this.renew();
    this.#isCertain = false;
    await this.#journal.append(encodeLine({ revision, changes }));
    const { digests, deadLetters } = this.#loaded;
    for (const change of digestChanges) digests.apply(change);
    for (const change of deadLetterChanges) deadLetters.apply(change);
    this.#loaded = { state, digests, deadLetters };
    if (this.#journal.bytes >= this.#options.compactAtBytes) {
      await this.#compact(() => deadLetters.store(this.#options.openFile));
    }
    this.#isCertain = true;
  }

  async renew(): Promise<void> {
    if (await this.#lock.isHeld()) return;
    throw new StateError(`the lease on ${this.#paths.directory} is lost: its lock was removed`);
  }

  async release(): Promise<void> {
    try {
      await this.#forgetClosed();
      await this.#journal.close();
    } catch (error) {
      throw storageError('close', this.#paths.journal, error);
    } finally {
      await this.#lock.release();
    }
  }

  /** Takes the content of closed dead letters, which can be personal, out of the files. Never throws: the state is saved. */
  async #forgetClosed(): Promise<void> {
    const { state, deadLetters } = this.#loaded;
    if (!deadLetters.keepsClosed || !this.#isCertain || !(await this.#lock.isHeld())) return;
    try {
      await this.#compact(() => deadLetters.rewrite(state.revision, this.#options.openFile));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.logger.warn({ error: reason }, 'cannot remove closed dead letters; the next run retries');
    }
  }

  /**
   * Dead letters and digests first, then the snapshot that names them, then a new journal. A crash in between leaves dead
   * letters and digests that no snapshot names, or lines that the snapshot covers; all are ignored.
   */
  async #compact(storeDeadLetters: () => Promise<StoredRange>): Promise<void> {
    const { directory, snapshot, journal } = this.#paths;
    const { state, digests } = this.#loaded;
    const { openFile, replaceFile: replace } = this.#options;
    try {
      const range = await storeDeadLetters();
      const digestFiles = await digests.store(state.revision, replace);
      const content: Snapshot = { format: 2, state, deadLetters: range, digestFiles };
      await replace(snapshot, directory, encodeLine(content));
      this.#loaded = {
        state,
        digests: new DigestFiles(directory, digestFiles),
        deadLetters: new DeadLetterLog(directory, range),
      };
      // A new file, not a shorter one: a reader of the old journal reads it to its end.
      await replace(journal, directory, '');
      await this.#journal.close();
      this.#journal = await Journal.open(journal, 0, openFile);
      await digests.removeOthers(digestFiles);
    } catch (error) {
      throw storageError('write', directory, error);
    }
  }
}
