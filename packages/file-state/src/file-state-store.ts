import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import {
  type CheckResult,
  type DeadLetter,
  API_VERSION,
  type StateStoreDefinition,
  type Logger,
  type Runtime,
  type StateReader,
  type StateStore,
  type StateWriter,
  storageError,
} from '@sluice/core';
import { checkStateFiles } from './check-files.js';
import { DirectoryLock } from './directory-lock.js';
import { FileStateWriter, type FileStateWriterOptions } from './file-state-writer.js';
import { Journal, openAppendFile } from './journal.js';
import { loadState, storedDeadLetters } from './load-state.js';
import { makeDirectories, replaceFile, statePaths, syncDirectory } from './state-files.js';

const config = z.strictObject({
  directory: z
    .string()
    .min(1)
    .default('.sluice')
    .describe('The folder of the state, one folder in it per pipeline. Relative to the current working directory.'),
});

const DEFAULTS: FileStateWriterOptions = { compactAtBytes: 4 * 1024 * 1024, openFile: openAppendFile, replaceFile };

/** The state of pipelines in files below `directory`. For one machine; see `DirectoryLock`. */
export class FileStateStore implements StateStore {
  readonly #directory: string;
  readonly #context: { readonly logger: Pick<Logger, 'warn'>; readonly runtime: Pick<Runtime, 'now'> };
  readonly #options: FileStateWriterOptions;

  constructor(
    directory: string,
    context: { readonly logger: Pick<Logger, 'warn'>; readonly runtime: Pick<Runtime, 'now'> },
    options: Partial<FileStateWriterOptions> = {},
  ) {
    this.#directory = resolve(directory);
    this.#context = context;
    this.#options = { ...DEFAULTS, ...options };
  }

  reader(pipeline: string): StateReader {
    const paths = statePaths(join(this.#directory, pipeline));
    return {
      read: async () => (await loadState(paths)).state,
      async *deadLetters(): AsyncGenerator<DeadLetter> {
        const { deadLetters } = await loadState(paths);
        yield* storedDeadLetters(paths, deadLetters.stored);
        yield* deadLetters.recent;
      },
      digests: async (stream, from, until) => (await loadState(paths)).digests.list(stream, from, until),
      holder: () => DirectoryLock.holder(paths.directory),
    };
  }

  check(pipeline: string): Promise<readonly CheckResult[]> {
    return checkStateFiles(statePaths(join(this.#directory, pipeline)));
  }

  async acquire(pipeline: string): Promise<StateWriter> {
    const paths = statePaths(join(this.#directory, pipeline));
    const lock = await this.#lock(paths.directory);
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
      return new FileStateWriter(paths, lock, loaded, journal, this.#options);
    } catch (error) {
      await lock.release();
      throw storageError('open', paths.directory, error);
    }
  }

  async #lock(directory: string): Promise<DirectoryLock> {
    try {
      // Dead letters can hold personal data: nobody else reads them.
      const first = await makeDirectories(directory, 0o700);
      if (first !== undefined) await syncUp(directory, dirname(first));
      return await DirectoryLock.take(directory, this.#context.runtime.now());
    } catch (error) {
      throw storageError('lock', directory, error);
    }
  }
}

/** Makes directories that were just created survive a power cut. */
async function syncUp(directory: string, until: string): Promise<void> {
  for (let current = dirname(directory); ; current = dirname(current)) {
    await syncDirectory(current);
    if (current === until || current === dirname(current)) return;
  }
}

/** `state: { use: file }`, the default. */
export const fileStateStore: StateStoreDefinition<z.infer<typeof config>> = {
  kind: 'state',
  apiVersion: API_VERSION,
  type: 'file',
  doc: 'Files on this machine, one folder per pipeline.',
  config,
  create: ({ directory }, { logger, runtime }) => new FileStateStore(directory, { logger, runtime }),
};
