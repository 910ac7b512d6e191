import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StateError } from '@sluice/core/state';
import { brokenLinkText } from './broken-link.js';
import { isMissing } from './storage-error.js';

/** The files of one pipeline's state. */
export interface StatePaths {
  readonly directory: string;
  /** A checksummed line per commit since the snapshot. */
  readonly journal: string;
  /** One checksummed line: the state as of some revision. */
  readonly snapshot: string;
}

export function statePaths(directory: string): StatePaths {
  return {
    directory,
    journal: join(directory, 'journal.jsonl'),
    snapshot: join(directory, 'snapshot.json'),
  };
}

/**
 * The bytes of a file; empty when it does not exist. A device or a pipe, which may never end, is refused, and so is a link
 * to nothing: what it should lead to may hold a state.
 */
export async function readIfPresent(path: string): Promise<Buffer> {
  try {
    if (!(await stat(path)).isFile()) throw new StateError(`${path} is not a file; move it away`);
    return await readFile(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const brokenLink = brokenLinkText(path);
    if (brokenLink !== undefined) throw new StateError(`cannot read ${path}: ${brokenLink}`);
    return Buffer.alloc(0);
  }
}

/** Makes a directory and its parents. Returns the first that was missing. */
export async function makeDirectories(directory: string, mode: number): Promise<string | undefined> {
  try {
    return await mkdir(directory, { recursive: true, mode });
  } catch (error) {
    if (!isMissing(error) || directory === dirname(directory)) throw error;
    // On a read-only file system, a recursive mkdir fails with ENOENT; a plain one fails with the reason.
    const first = await makeDirectories(dirname(directory), mode);
    await mkdir(directory, { mode });
    return first ?? directory;
  }
}

/** Makes the names in a directory survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces a file as a whole: a crash leaves the old one or the new one, and a reader sees one or the other. */
export async function replaceFile(path: string, directory: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    // What a full disk leaves would take room for ever.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncDirectory(directory);
}
