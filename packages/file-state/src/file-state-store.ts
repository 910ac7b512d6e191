import { dirname, join, resolve } from 'node:path';
import type { CheckResult, Logger, Runtime } from '@sluice/core/adapter';
import {
  openStateWriter,
  type NeighbouringState,
  type StateReader,
  type StateStore,
  type StateWriter,
} from '@sluice/core/state';
import { checkStateFiles } from './check-files.js';
import { DirectoryLock } from './directory-lock.js';
import { Journal, openAppendFile } from './journal.js';
import { LeasedFiles, type LeasedFilesOptions } from './leased-files.js';
import { loadState } from './load-state.js';
import { neighbouringStates } from './neighbouring-states.js';
import { makeDirectories, replaceFile, statePaths, syncDirectory, type StatePaths } from './state-files.js';
import { storageError } from './storage-error.js';

const DEFAULTS: LeasedFilesOptions = { compactAtBytes: 1024 * 1024, openFile: openAppendFile, replaceFile };

export interface FileStateContext {
  readonly logger: Pick<Logger, 'warn'>;
  readonly runtime: Pick<Runtime, 'now'>;
}

export interface FileStateOptions extends Partial<LeasedFilesOptions> {
  /** Where an earlier version kept the state. Default: the same directory. */
  readonly formerDirectory?: string;
}

/** The state of pipelines in files below `directory`. For one machine; see `DirectoryLock`. */
export class FileStateStore implements StateStore {
  readonly #directory: string;
  readonly #context: FileStateContext;
  readonly #options: LeasedFilesOptions;
  readonly #formerDirectory: string;

  constructor(
    directory: string,
    context: FileStateContext,
    { formerDirectory = directory, ...options }: FileStateOptions = {},
  ) {
    this.#directory = resolve(directory);
    this.#formerDirectory = resolve(formerDirectory);
    this.#context = context;
    this.#options = { ...DEFAULTS, ...options };
  }

  place(pipeline: string): string {
    return this.#paths(pipeline).directory;
  }

  neighbours(pipeline: string): Promise<readonly NeighbouringState[]> {
    return neighbouringStates(pipeline, this.#directory, this.#formerDirectory);
  }

  reader(pipeline: string): StateReader {
    const paths = this.#paths(pipeline);
    return {
      read: async () => (await loadState(paths)).state,
      deadLetters: async function* () {
        yield* (await loadState(paths)).deadLetters.open();
      },
      digests: async (stream, from, until) => (await loadState(paths)).digests.list(stream, from, until),
      holder: () => DirectoryLock.holder(paths.directory),
    };
  }

  check(pipeline: string): Promise<readonly CheckResult[]> {
    return checkStateFiles(this.#paths(pipeline));
  }

  async acquire(pipeline: string): Promise<StateWriter> {
    const paths = this.#paths(pipeline);
    const lock = await this.#lock(paths.directory);
    return openStateWriter(await this.#open(paths, lock));
  }

  async #open(paths: StatePaths, lock: DirectoryLock): Promise<LeasedFiles> {
    try {
      const loaded = await loadState(paths);
      if (loaded.tornBytes > 0) {
        this.#context.logger.warn(
          { file: paths.journal, bytes: loaded.tornBytes },
          'the last line of the journal was not completely written and is dropped; what it recorded is exported again',
        );
      }
      const journal = await Journal.open(paths.journal, loaded.journalBytes, this.#options.openFile);
      await syncDirectory(paths.directory);
      await loaded.deadLetters.removeOthers();
      return new LeasedFiles(paths, lock, loaded, journal, { ...this.#options, logger: this.#context.logger });
    } catch (error) {
      await lock.release();
      throw storageError('open', paths.directory, error);
    }
  }

  async #lock(directory: string): Promise<DirectoryLock> {
    try {
      // Dead letters can hold personal data: no other user may read them.
      const first = await makeDirectories(directory, 0o700);
      if (first !== undefined) await syncUp(directory, dirname(first));
      return await DirectoryLock.take(directory, this.#context.runtime.now());
    } catch (error) {
      throw storageError('lock', directory, error);
    }
  }

  #paths(pipeline: string): StatePaths {
    return statePaths(join(this.#directory, pipeline));
  }
}

/** Makes directories that were just created survive a power cut. */
async function syncUp(directory: string, until: string): Promise<void> {
  for (let current = dirname(directory); ; current = dirname(current)) {
    await syncDirectory(current);
    if (current === until || current === dirname(current)) return;
  }
}
