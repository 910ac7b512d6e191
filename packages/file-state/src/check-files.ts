import { mkdtemp, open, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CheckResult, StateError, isMissing, storageError } from '@sluice/core';
import { DirectoryLock } from './directory-lock.js';
import { loadState } from './load-state.js';
import { syncDirectory, type StatePaths } from './state-files.js';

/** A journal of 4 MiB, the snapshot that it becomes and what else writes to the disk meanwhile. */
const ENOUGH_BYTES = 100 * 1024 * 1024;

export interface CheckFilesOptions {
  /** Bytes that this user may still write to the disk of a directory. */
  readonly freeBytes?: (directory: string) => Promise<number>;
}

/**
 * Tries what a run does to a pipeline's files. Writing and locking are tried in a folder that is made for it where the
 * state is, or where it will be made, and that is gone afterwards: the state itself is read alone.
 */
export async function checkStateFiles(
  paths: StatePaths,
  { freeBytes = freeBytesOf }: CheckFilesOptions = {},
): Promise<readonly CheckResult[]> {
  const existing = await nearestDirectory(paths.directory);
  const fix = 'repair or move the folder, or point the option directory of state elsewhere';
  return Promise.all([
    tried('state readable', () => readable(paths), fix),
    tried('state writable', () => writable(paths, existing), fix),
    tried('state lockable', () => lockable(paths.directory, existing), fix),
    tried('disk', async () => disk(existing, await freeBytes(existing)), fix),
  ]);
}

async function tried(name: string, look: () => Promise<Omit<CheckResult, 'name'>>, fix: string): Promise<CheckResult> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return { name, outcome: 'bad', message: error.message, fix };
  }
}

async function readable(paths: StatePaths): Promise<Omit<CheckResult, 'name'>> {
  const { state, tornBytes } = await loadState(paths);
  if (tornBytes > 0) {
    const message = `the last line of ${paths.journal} was not completely written; what it recorded is exported again`;
    return { outcome: 'warning', message, fix: 'nothing: the next run drops it' };
  }
  const message = state.revision === 0 ? 'nothing was exported yet' : `${state.revision} commits`;
  return { outcome: 'good', message: `${paths.directory}: ${message}` };
}

async function writable(paths: StatePaths, existing: string): Promise<Omit<CheckResult, 'name'>> {
  const { directory, journal, snapshot, deadLetters } = paths;
  for (const file of [journal, snapshot, deadLetters]) await openForWriting(file);
  try {
    await inTrialFolder(existing, async (trial) => {
      const file = await open(join(trial, 'trial'), 'w', 0o600);
      try {
        await file.writeFile('trial');
        await file.sync();
      } finally {
        await file.close();
      }
      await syncDirectory(trial);
    });
  } catch (error) {
    throw storageError('write below', existing, error);
  }
  const message = existing === directory ? 'a file was written and removed' : `the folder can be made in ${existing}`;
  return { outcome: 'good', message };
}

/** Files that another user left are there, and cannot be written. */
async function openForWriting(file: string): Promise<void> {
  try {
    await (await open(file, 'r+')).close();
  } catch (error) {
    if (!isMissing(error)) throw storageError('write', file, error);
  }
}

async function lockable(directory: string, existing: string): Promise<Omit<CheckResult, 'name'>> {
  const holder = await DirectoryLock.holder(directory);
  if (holder !== undefined) {
    const since = new Date(holder.since).toISOString();
    return { outcome: 'good', message: `in use by process ${holder.pid} on ${holder.host} since ${since}` };
  }
  try {
    await inTrialFolder(existing, async (trial) => {
      await (await DirectoryLock.take(trial, 0)).release();
    });
  } catch (error) {
    throw storageError('lock a folder in', existing, error);
  }
  return { outcome: 'good', message: 'nobody holds it, and a lock was taken and released beside it' };
}

function disk(directory: string, bytes: number): Omit<CheckResult, 'name'> {
  const message = `${Math.floor(bytes / 1024 / 1024).toLocaleString('en-US')} MiB free at ${directory}`;
  if (bytes >= ENOUGH_BYTES) return { outcome: 'good', message };
  return { outcome: 'warning', message, fix: 'free some space: a run stops when its state cannot be written' };
}

async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

async function inTrialFolder(parent: string, work: (trial: string) => Promise<void>): Promise<void> {
  const trial = await mkdtemp(join(parent, '.sluice-check-'));
  try {
    await work(trial);
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}

/** The directory itself, or the one that it would be made in. */
async function nearestDirectory(directory: string): Promise<string> {
  for (let current = directory; ; current = dirname(current)) {
    try {
      await stat(current);
      return current;
    } catch (error) {
      if (!isMissing(error) || current === dirname(current)) return current;
    }
  }
}
