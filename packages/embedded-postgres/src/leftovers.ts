import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the names of the servers' folders begin with. */
export const FOLDER_PREFIX = 'sluice-postgres-';

/** Writes into a folder that this process owns it. */
export async function claimFolder(directory: string): Promise<void> {
  await writeFile(join(directory, 'owner.pid'), String(process.pid));
}

/** Stops servers and removes folders whose owner is gone: what a watchdog could not clean, because it was killed too. */
export async function removeLeftovers(): Promise<void> {
  for (const root of new Set([tmpdir(), '/tmp'])) {
    const names = await readdir(root).catch(() => []);
    for (const name of names.filter((each) => each.startsWith(FOLDER_PREFIX))) await removeLeftover(join(root, name));
  }
}

async function removeLeftover(directory: string): Promise<void> {
  const owner = await firstNumber(join(directory, 'owner.pid'));
  if (owner === undefined || isAlive(owner)) return;
  const server = await firstNumber(join(directory, 'data', 'postmaster.pid'));
  // A pid may have been given to another process since: only one that names the folder is ours.
  const command = server === undefined ? '' : await readFile(`/proc/${server}/cmdline`, 'utf8').catch(() => '');
  if (server !== undefined && command.includes(directory)) quit(server);
  await rm(directory, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
}

async function firstNumber(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const value = Number.parseInt(text, 10);
  return Number.isNaN(value) ? undefined : value;
}

/** It may have ended, or belong to another user, who will clean up himself. */
function quit(server: number): void {
  try {
    process.kill(server, 'SIGQUIT');
  } catch {
    // Nothing else can be done from here.
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
