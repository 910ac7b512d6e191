import { mkdtemp, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CheckResult } from '@sluice/core/adapter';
import { StateError, describeHolder } from '@sluice/core/state';
import { brokenLinkText } from './broken-link.js';
import { DirectoryLock } from './directory-lock.js';
import { loadState } from './load-state.js';
import { syncDirectory, type StatePaths } from './state-files.js';
import { isMissing, storageError } from './storage-error.js';
import { DEAD_LETTER_FILE } from './stored-snapshot.js';

/** Enough for a journal of 4 MiB, the snapshot that it becomes, and other programs. */
const ENOUGH_BYTES = 100 * 1024 * 1024;

type Finding = Omit<CheckResult, 'name'>;

export interface CheckFilesOptions {
  /** How many bytes this user can still write to the disk of a directory. */
  readonly freeBytes?: (directory: string) => Promise<number>;
}

/**
 * Tries what a run does with a pipeline's files. Writing and locking are tried in a temporary folder, where the state is
 * or will be made; the state itself is only read.
 */
export async function checkStateFiles(
  paths: StatePaths,
  { freeBytes = freeBytesOf }: CheckFilesOptions = {},
): Promise<readonly CheckResult[]> {
  const existing = await nearestDirectory(paths.directory);
  const fix = 'repair or move the folder, or point `state.with.directory` elsewhere in the pipeline file';
  return Promise.all([
    tried('state readable', () => readable(paths), fix),
    tried('state writable', () => writable(paths, existing), fix),
    tried('state lockable', () => lockable(paths.directory, existing), fix),
    tried('disk', async () => disk(existing, await freeBytes(existing)), fix),
  ]);
}

async function tried(name: string, check: () => Promise<Finding>, fix: string): Promise<CheckResult> {
  try {
    return { name, ...(await check()) };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return { name, outcome: 'bad', message: error.message, fix };
  }
}

async function readable(paths: StatePaths): Promise<Finding> {
  const { state, tornBytes } = await loadState(paths);
  if (tornBytes > 0) {
    const message = `the last line of ${paths.journal} was not completely written; what it recorded is exported again`;
    return { outcome: 'warning', message, fix: 'no action needed: the next run drops the line' };
  }
  const message = state.revision === 0 ? 'nothing has been exported yet' : `${state.revision} commits`;
  return { outcome: 'good', message: `${paths.directory}: ${message}` };
}

async function writable(paths: StatePaths, existing: string): Promise<Finding> {
  const { directory, journal, snapshot } = paths;
  const names = await readdir(directory).catch(() => []);
  const letters = names.filter((name) => DEAD_LETTER_FILE.test(name));
  for (const file of [journal, snapshot, ...letters.map((name) => join(directory, name))]) await openForWriting(file);
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
    throw storageError('write in', existing, error);
  }
  const message = existing === directory ? 'wrote and removed a file' : `the folder can be created in ${existing}`;
  return { outcome: 'good', message };
}

/** Files that another user left can exist and not be writable. */
async function openForWriting(file: string): Promise<void> {
  try {
    await (await open(file, 'r+')).close();
  } catch (error) {
    if (!isMissing(error)) throw storageError('write', file, error);
    const brokenLink = brokenLinkText(file);
    if (brokenLink !== undefined) throw new StateError(brokenLink);
  }
}

async function lockable(directory: string, existing: string): Promise<Finding> {
  const holder = await DirectoryLock.holder(directory);
  if (holder !== undefined) {
    return { outcome: 'good', message: `in use by ${describeHolder(holder)}` };
  }
  try {
    await inTrialFolder(existing, async (trial) => {
      await (await DirectoryLock.take(trial, 0)).release();
    });
  } catch (error) {
    throw storageError('lock a folder in', existing, error);
  }
  return { outcome: 'good', message: 'not in use; took and released a lock beside it' };
}

function disk(directory: string, bytes: number): Finding {
  const message = `${Math.floor(bytes / 1024 / 1024).toLocaleString('en-US')} MiB free at ${directory}`;
  if (bytes >= ENOUGH_BYTES) return { outcome: 'good', message };
  return { outcome: 'warning', message, fix: 'free some space: a run stops when its state cannot be written' };
}

async function freeBytesOf(directory: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  } catch (error) {
    throw storageError('read', directory, error);
  }
}

async function inTrialFolder(parent: string, work: (trial: string) => Promise<void>): Promise<void> {
  const trial = await mkdtemp(join(parent, '.sluice-check-'));
  try {
    await work(trial);
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}

/** The directory, or the existing one above it in which it would be made. */
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
