import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MEMORY_FOLDER } from './memory-folder.js';

/** The names of the servers' folders begin with it. */
export const FOLDER_PREFIX = 'sluice-postgres-';

/** Marks a folder as owned by this process. */
export async function claimFolder(directory: string): Promise<void> {
  await writeFile(join(directory, 'owner.pid'), String(process.pid));
}

/** Stops the servers and removes the folders of processes that have ended, in case a watchdog was killed too. */
export async function removeLeftovers(): Promise<void> {
  for (const root of new Set([tmpdir(), '/tmp', MEMORY_FOLDER])) {
    const names = await readdir(root).catch(() => []);
    for (const name of names.filter((each) => each.startsWith(FOLDER_PREFIX))) await removeLeftover(join(root, name));
  }
}

async function removeLeftover(directory: string): Promise<void> {
  const owner = await firstNumber(join(directory, 'owner.pid'));
  if (owner === undefined || isAlive(owner)) return;
  const server = await firstNumber(join(directory, 'data', 'postmaster.pid'));
  // Another process may have the pid by now: only one whose command names the folder is ours.
  const command = server === undefined ? '' : await readFile(`/proc/${server}/cmdline`, 'utf8').catch(() => '');
  if (server !== undefined && command.includes(directory)) quit(server);
  await rm(directory, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
}

async function firstNumber(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const value = Number.parseInt(text, 10);
  return Number.isNaN(value) ? undefined : value;
}

/** Fails when the server has ended or belongs to another user. */
function quit(server: number): void {
  try {
    process.kill(server, 'SIGQUIT');
  } catch {
    // There is nothing left to stop.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
