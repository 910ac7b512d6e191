import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RefusedError, type CallOptions, type CheckResult } from '@sluice/core/adapter';
import { folderError } from './folder-error.js';
import type { ObjectStore, StoredObject } from './object-store.js';

/**
 * Stores objects as files. A file appears whole: it is written and synced under another name, which begins with a point,
 * then renamed, and its folder is synced. A resolved `put` survives a power cut.
 */
export class FolderStore implements ObjectStore {
  readonly name: string;
  readonly fingerprint: string;
  readonly #root: string;
  readonly #folder: string;

  /** `root` must exist, or the folder that it is in. */
  constructor(root: string, prefix: string) {
    this.#root = root;
    this.#folder = join(root, prefix);
    this.name = this.#folder;
    this.fingerprint = `folder ${this.#folder}`;
  }

  async open(): Promise<void> {
    await this.#translating(async () => {
      // A misspelt path, or a volume that is not mounted, must not be filled in silence.
      await stat(dirname(this.#root));
      await mkdirDurable(this.#folder);
    });
  }

  async put({ path, body }: StoredObject, { signal }: CallOptions): Promise<void> {
    signal?.throwIfAborted();
    const file = join(this.#folder, path);
    const folder = dirname(file);
    // The name is the same for every attempt, so that a crash leaves at most one such file per object.
    const unfinished = join(folder, `.${basename(file)}.unfinished`);
    await this.#translating(async () => {
      // It is there since `open`, unless its volume went away.
      await stat(this.#folder);
      await mkdirDurable(folder);
      try {
        await writeDurable(unfinished, body);
        await rename(unfinished, file);
      } catch (error) {
        // What a full disk cut off would keep it full.
        await rm(unfinished, { force: true }).catch(() => {});
        throw error;
      }
      await syncFolder(folder);
    });
  }

  target(path: string): string {
    return join(this.#folder, path);
  }

  async check(probe: StoredObject, options: CallOptions): Promise<readonly CheckResult[]> {
    const name = 'folder';
    try {
      await this.open();
      await this.put(probe, options);
      return [{ name, outcome: 'good', message: `files are written to ${this.#folder}` }];
    } catch (error) {
      options.signal?.throwIfAborted();
      const { message } = folderError(error, this.#folder);
      const fix =
        error instanceof RefusedError
          ? 'create the folder and allow this user to write to it'
          : 'free some space on the disk, or set path to a folder on another one';
      return [{ name, outcome: 'bad', message, fix }];
    }
  }

  close(): void {}

  async #translating(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      throw folderError(error, this.#folder);
    }
  }
}

async function writeDurable(path: string, body: Buffer): Promise<void> {
  await closing(await open(path, 'w', 0o644), async (file) => {
    await file.writeFile(body);
    await file.sync();
  });
}

/** A new folder survives a power cut only after the folder that it is in was synced. */
async function mkdirDurable(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  await syncFolder(dirname(first));
  let made = folder;
  while (made.length > first.length) {
    made = dirname(made);
    // Each holds the new one below it.
    await syncFolder(made);
  }
}

function syncFolder(folder: string): Promise<void> {
  return open(folder, 'r').then((handle) => closing(handle, () => handle.sync()));
}

async function closing(file: FileHandle, action: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await action(file);
  } finally {
    await file.close();
  }
}
