import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissing } from '@sluice/core';

/** The files of one pipeline's state. */
export interface StatePaths {
  readonly directory: string;
  /** A checksummed line per commit since the snapshot. */
  readonly journal: string;
  /** One checksummed line: the state as of some revision. */
  readonly snapshot: string;
  /** A checksummed line per dead letter of the commits that the snapshot covers. Only grows. */
  readonly deadLetters: string;
  /** Who holds the lease, for people. */
  readonly holder: string;
}

export function statePaths(directory: string): StatePaths {
  return {
    directory,
    journal: join(directory, 'journal.jsonl'),
    snapshot: join(directory, 'snapshot.json'),
    deadLetters: join(directory, 'dead-letters.jsonl'),
    holder: join(directory, 'holder.json'),
  };
}

/** The file's bytes; none when there is no such file. */
export async function readIfPresent(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return Buffer.alloc(0);
    throw error;
  }
}

/** Makes a directory and those above it. Returns the first that was missing. */
export async function makeDirectories(directory: string, mode: number): Promise<string | undefined> {
  try {
    return await mkdir(directory, { recursive: true, mode });
  } catch (error) {
    if (!isMissing(error) || directory === dirname(directory)) throw error;
    // Node says ENOENT for a folder that it cannot make on a read-only file system; made alone, it says why.
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
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncDirectory(directory);
}
